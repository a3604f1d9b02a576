import type { Dirent } from "node:fs";
import { systemError } from "../errors";
import { decodingOf, isQuiet, modeOf, optionsOf, pathOf, type Options } from "./arguments";
import { canList, listTree } from "./directory-tree";
import { comesAsText, decodedNames, DirentOf, lookedUpType, unknownType, within, type Name, type NameDecoding } from "./dirents";
import type { Ground } from "./ground";

interface MkdirRequest {
  readonly mode: number;
  readonly recursive: boolean;
}

const mkdirRequestOf = (options: unknown): MkdirRequest | undefined => {
  const given =
    typeof options === "number" || typeof options === "string" ? { mode: options } : (options ?? {});
  if (typeof given !== "object") return undefined;
  const { recursive = false, mode: wanted = 0o777 } = given as Options;
  const mode = modeOf(wanted, 0o777);
  return mode === undefined || typeof recursive !== "boolean" ? undefined : { mode, recursive };
};

/** mkdir(path[, options]): with `recursive`, the first directory that had to be made. */
export const makeMkdir = (engine: Ground) =>
  async function mkdir(path: unknown, options: unknown): Promise<unknown> {
    const request = mkdirRequestOf(options);
    const where = pathOf(path);
    if (where === undefined || request === undefined) return engine.oracle.mkdir(path, options);
    const pending = engine().mkdir(where, request.mode, request.recursive);
    const made = typeof pending === "number" ? pending : await pending;
    if (typeof made === "string") return made;
    if (typeof made === "object") throw systemError(made.result, "mkdir", made.path);
    if (made < 0) throw systemError(made, "mkdir", where);
    return undefined;
  };

/** rmdir(path[, options]): options mean something on older Nodes only, and are left to them. */
export const makeRmdir = (engine: Ground) =>
  async function rmdir(path: unknown, options: unknown): Promise<void> {
    const where = pathOf(path);
    if (where === undefined || options !== undefined) return engine.oracle.rmdir(path, options);
    const pending = engine().rmdir(where);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "rmdir", where);
    return undefined;
  };

interface ReaddirRequest {
  readonly decoding: NameDecoding;
  readonly withFileTypes: boolean;
  readonly recursive: boolean;
}

const readdirRequestOf = (options: unknown): ReaddirRequest | undefined => {
  const given = optionsOf(options);
  if (given === undefined) return undefined;
  const { encoding, withFileTypes, recursive, signal } = given;
  if (!isQuiet(signal)) return undefined;
  const decoding = encoding === "buffer" ? encoding : decodingOf(encoding);
  if (decoding === undefined) return undefined;
  return {
    decoding: decoding === "bytes" ? "utf8" : decoding,
    withFileTypes: Boolean(withFileTypes),
    recursive: Boolean(recursive),
  };
};

/** readdir(path[, options]): names, or fs.Dirent with the path as it was given. */
export const makeReaddir = (engine: Ground) =>
  async function readdir(path: unknown, options: unknown): Promise<unknown> {
    const request = readdirRequestOf(options);
    const where = pathOf(path);
    if (where === undefined || request === undefined) return engine.oracle.readdir(path, options);
    const { decoding, withFileTypes, recursive } = request;
    const parentPath = path instanceof URL ? where : path;
    if (recursive) {
      if (!canList(where, decoding)) return engine.oracle.readdir(path, options);
      return await listTree(engine(), where, parentPath as Name, request);
    }
    const pending = engine().readdir(where, !comesAsText(decoding), withFileTypes);
    const listing = pending instanceof Promise ? await pending : pending;
    if (typeof listing === "number") throw systemError(listing, "scandir", where);
    const names = decodedNames(listing.names, decoding);
    if (!withFileTypes) return names;
    const entries: Dirent[] = [];
    for (let index = 0; index < names.length; index++) {
      let type = listing.types?.[index] ?? unknownType;
      if (type === unknownType) type = await lookedUpType(engine(), within(where, listing.names[index] ?? ""));
      entries.push(new DirentOf(names[index] ?? "", type, parentPath));
    }
    return entries;
  };
