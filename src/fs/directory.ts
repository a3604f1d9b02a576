import { constants, Dirent } from "node:fs";
import { sep } from "node:path";
import type { Engine, Path } from "../backends/engine";
import { systemError } from "../errors";
import { decodingOf, isQuiet, isUtf8, modeOf, optionsOf, pathOf, type Decoding, type Options } from "./arguments";
import { oracle } from "./oracle";
import { fileType } from "./stats";

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
export const makeMkdir = (engine: () => Engine) =>
  async function mkdir(path: unknown, options: unknown): Promise<unknown> {
    const request = mkdirRequestOf(options);
    const where = pathOf(path);
    if (where === undefined || request === undefined) return oracle.mkdir(path, options);
    const pending = engine().mkdir(where, request.mode, request.recursive);
    const made = typeof pending === "number" ? pending : await pending;
    if (typeof made === "string") return made;
    if (typeof made === "object") throw systemError(made.result, "mkdir", made.path);
    if (made < 0) throw systemError(made, "mkdir", where);
    return undefined;
  };

/** rmdir(path[, options]): options mean something on older Nodes only, and are left to them. */
export const makeRmdir = (engine: () => Engine) =>
  async function rmdir(path: unknown, options: unknown): Promise<unknown> {
    const where = pathOf(path);
    if (where === undefined || options !== undefined) return oracle.rmdir(path, options);
    const pending = engine().rmdir(where);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "rmdir", where);
    return undefined;
  };

interface ReaddirRequest {
  readonly decoding: Decoding | "buffer";
  readonly withFileTypes: boolean;
}

const readdirRequestOf = (options: unknown): ReaddirRequest | undefined => {
  const given = optionsOf(options);
  if (given === undefined) return undefined;
  const { encoding, withFileTypes, recursive, signal } = given;
  if (recursive || !isQuiet(signal)) return undefined;
  const decoding = encoding === "buffer" ? encoding : decodingOf(encoding);
  if (decoding === undefined) return undefined;
  return { decoding: decoding === "bytes" ? "utf8" : decoding, withFileTypes: Boolean(withFileTypes) };
};

type Name = string | Buffer;

// Node's declaration says that nobody can make one; the constructor is there and takes these on every version.
const DirentOf = Dirent as unknown as new (name: Name, type: number, parentPath: unknown) => Dirent;

/** The UV_DIRENT_* constants, which @types/node does not know. */
const direntType = constants as unknown as Readonly<Record<string, number>>;
const unknownType = direntType["UV_DIRENT_UNKNOWN"] ?? 0;

const direntTypes: ReadonlyMap<number, number | undefined> = new Map([
  [constants.S_IFREG, direntType["UV_DIRENT_FILE"]],
  [constants.S_IFDIR, direntType["UV_DIRENT_DIR"]],
  [constants.S_IFLNK, direntType["UV_DIRENT_LINK"]],
  [constants.S_IFIFO, direntType["UV_DIRENT_FIFO"]],
  [constants.S_IFSOCK, direntType["UV_DIRENT_SOCKET"]],
  [constants.S_IFCHR, direntType["UV_DIRENT_CHAR"]],
  [constants.S_IFBLK, direntType["UV_DIRENT_BLOCK"]],
]);

const within = (directory: Path, name: Name): Path => {
  if (typeof directory === "string" && typeof name === "string") return `${directory}${sep}${name}`;
  return Buffer.concat([Buffer.from(directory), Buffer.from(sep), Buffer.from(name)]);
};

/** Some file systems do not say in the listing what an entry is. */
async function lookedUpType(engine: Engine, path: Path): Promise<number> {
  const pending = engine.stat(path, false);
  const fields = pending instanceof Promise ? await pending : pending;
  if (typeof fields === "number") throw systemError(fields, "lstat", path);
  return direntTypes.get(fileType(fields)) ?? unknownType;
}

/** readdir(path[, options]): names, or fs.Dirent with the path as it was given. */
export const makeReaddir = (engine: () => Engine) =>
  async function readdir(path: unknown, options: unknown): Promise<unknown> {
    const request = readdirRequestOf(options);
    const where = pathOf(path);
    if (where === undefined || request === undefined) return oracle.readdir(path, options);
    const { decoding, withFileTypes } = request;
    const asText = isUtf8(decoding as Decoding);
    const pending = engine().readdir(where, !asText, withFileTypes);
    const listing = pending instanceof Promise ? await pending : pending;
    if (typeof listing === "number") throw systemError(listing, "scandir", where);
    const names: Name[] =
      asText || decoding === "buffer"
        ? listing.names
        : (listing.names as Buffer[]).map((name) => name.toString(decoding as BufferEncoding));
    if (!withFileTypes) return names;
    const parentPath = path instanceof URL ? where : path;
    const entries: Dirent[] = [];
    for (const [index, name] of names.entries()) {
      let type = listing.types?.[index] ?? unknownType;
      if (type === unknownType) type = await lookedUpType(engine(), within(where, listing.names[index] ?? name));
      entries.push(new DirentOf(name, type, parentPath));
    }
    return entries;
  };
