/** readdir with `recursive`: all directories of a tree are read as soon as they are known, and put in Node's order then. */

import type { Dirent } from "node:fs";
import { join, relative, sep } from "node:path";
import { concatenated } from "../backends/concatenated";
import { replacement, type DirectoryListing, type Engine, type Path } from "../backends/engine";
import { systemError } from "../errors";
import {
  comesAsText, decodedName, decodedNames, directoryType, DirentOf, linkType, lookedUpType, unknownType, within,
  type Name, type NameDecoding,
} from "./dirents";
import { nodeMajor } from "./oracle";
import { isDirectory } from "./stats";

export interface TreeRequest {
  readonly decoding: NameDecoding;
  readonly withFileTypes: boolean;
}

interface Folder {
  readonly path: Name;
  readonly listing: DirectoryListing;
  readonly types: Uint8Array;
  /** In the order of their names. An error counts only once Node would have met it. */
  readonly below: readonly (Folder | Error)[];
}

/** Since Node 26, level by level, and by the bytes of the names; before, the last directory found first, and by the text. */
const byLevels = nodeMajor >= 26;

/** Whether older Nodes, which walk over text, can list a tree: bytes they refuse. */
export const canList = (path: Path, decoding: NameDecoding): boolean =>
  byLevels || (typeof path === "string" && decoding !== "buffer");

/** As the walk sees them. */
const namesIn = ({ names }: DirectoryListing, decoding: NameDecoding): Name[] =>
  byLevels ? names : decodedNames(names, decoding);

/** Which entries are directories, as far as is known. One call of the engine's for each, not one for each name. */
function mayLeadOn(types: Uint8Array): number[] {
  const found: number[] = [];
  for (const type of [directoryType, unknownType, linkType])
    for (let index = types.indexOf(type); index !== -1; index = types.indexOf(type, index + 1)) found.push(index);
  return found;
}

class Walk {
  private readonly looksAgain: boolean;

  constructor(
    private readonly engine: Engine,
    private readonly request: TreeRequest,
  ) {
    this.looksAgain = !byLevels && !request.withFileTypes;
  }

  async read(path: Name): Promise<Folder | Error> {
    const { decoding } = this.request;
    const listing = await this.list(path, comesAsText(decoding));
    if (typeof listing === "number") return systemError(listing, "scandir", path);
    const types = listing.types ?? new Uint8Array(listing.names.length);
    const leading = mayLeadOn(types);
    // Most folders hold none, and then nobody needs the single name yet.
    if (listing.isText && leading.length === 0) return { path, listing, types, below: [] };
    const names = namesIn(listing, decoding);
    const candidates = listing.isText || !this.looksAgain ? leading : [...leading, ...this.misleading(names)];
    const inOrder = [...new Set(candidates)].sort((one, other) => one - other);
    const reading = inOrder.map((index) => this.descend(path, names[index] ?? "", index, types));
    const below = (await Promise.all(reading)).filter((found) => found !== undefined);
    return { path, listing, types, below };
  }

  private async list(path: Name, asText: boolean) {
    const listing = await this.engine.readdir(path, !asText, true);
    return typeof listing === "number" || !asText || !byLevels || listing.isText ? listing : this.engine.readdir(path, true, true);
  }

  /** Older Nodes look at the path that the decoded name gives, which may be another file's or nobody's. */
  private misleads(name: Name): boolean {
    return this.looksAgain && (!comesAsText(this.request.decoding) || name.includes(replacement));
  }

  private misleading(names: readonly Name[]): number[] {
    return names.flatMap((name, index) => (this.misleads(name) ? [index] : []));
  }

  private async descend(parent: Name, name: Name, index: number, types: Uint8Array): Promise<Folder | Error | undefined> {
    // Half a character of UTF-16 decodes to nothing: that is the parent once more, and so on for ever.
    if (name.length === 0) return undefined;
    const path = byLevels ? within(parent, name) : join(parent as string, name as string);
    try {
      if (types[index] === unknownType && this.request.withFileTypes) types[index] = await lookedUpType(this.engine, path);
      if (!(await this.leadsOn(path, name, types[index]))) return undefined;
      const found = await this.read(path);
      return found instanceof Error && this.looksAgain && !(await this.isDirectory(path)) ? undefined : found;
    } catch (error) {
      return error as Error;
    }
  }

  private async leadsOn(path: Name, name: Name, type: number | undefined): Promise<boolean> {
    if (type === directoryType && !this.misleads(name)) return true;
    if (this.request.withFileTypes && (!byLevels || type !== linkType)) return false;
    return this.isDirectory(path);
  }

  private async isDirectory(path: Name): Promise<boolean> {
    const pending = this.engine.stat(path, true);
    const fields = pending instanceof Promise ? await pending : pending;
    return typeof fields !== "number" && isDirectory(fields);
  }
}

const folderOr = (found: Folder | Error): Folder => {
  if (found instanceof Error) throw found;
  return found;
};

/** The last directory found is listed first. Throws the error that Node would have met first. */
function lastFirst(root: Folder): Folder[] {
  const ordered: Folder[] = [];
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    ordered.push(next);
    for (const found of next.below) waiting.push(folderOr(found));
  }
  return ordered;
}

function levelByLevel(root: Folder): Folder[] {
  const ordered: (Folder | Error)[] = [root];
  for (const found of ordered) for (const below of folderOr(found).below) ordered.push(below);
  return ordered as Folder[];
}

/** Where a folder lies below the root, as its names were read. */
function placeOf(folder: Folder, root: Folder): Name {
  const start = within(root.path, "");
  if (typeof folder.path === "string" && typeof start === "string") return folder.path.slice(start.length);
  return Buffer.from(folder.path as string).subarray(Buffer.from(start as string).length);
}

const joined = (base: Name, place: Name): Name =>
  typeof base === "string" && typeof place === "string" ? join(base, place) : within(base, place);

/** Many names at a time: one by one is dear until V8 has compiled it. No path holds a NUL. */
const below = (prefix: string, joined: string): string[] =>
  prefix.includes("$") ? joined.split("/").map((name) => prefix + name) : (prefix + joined.replaceAll("/", `\0${prefix}`)).split("\0");

function shownNames(folder: Folder, root: Folder, decoding: NameDecoding): Name[] {
  const { listing } = folder;
  if (byLevels) {
    const place = placeOf(folder, root);
    if (typeof place === "string" && listing.joined !== undefined)
      return place === "" ? listing.names : below(within(place, "") as string, listing.joined);
    return (listing.names as Name[]).map((name) => decodedName(place.length === 0 ? name : within(place, name), decoding));
  }
  const from = root.path as string;
  const names = namesIn(listing, decoding) as string[];
  // Only names in UTF-8 are sure to be without a separator.
  if (!comesAsText(decoding)) return names.map((name) => relative(from, join(folder.path as string, name)));
  const place = relative(from, folder.path as string);
  if (place === "") return names;
  return listing.joined === undefined ? names.map((name) => `${place}${sep}${name}`) : below(`${place}${sep}`, listing.joined);
}

/** @param given the path that the entries of the root itself carry */
function shownEntries(folder: Folder, root: Folder, given: Name, decoding: NameDecoding): Dirent[] {
  const place = (): Name => (byLevels ? joined(given, decodedName(placeOf(folder, root), decoding)) : folder.path);
  const parentPath = folder === root ? given : place();
  return namesIn(folder.listing, decoding).map(
    (name, index) => new DirentOf(decodedName(name, decoding), folder.types[index] ?? unknownType, parentPath),
  );
}

/** @param given the path as it stands in the root's entries */
export async function listTree(engine: Engine, path: Path, given: Name, request: TreeRequest): Promise<Name[] | Dirent[]> {
  const root = await new Walk(engine, request).read(typeof path === "string" ? path : Buffer.from(path));
  if (root instanceof Error) throw root;
  const { decoding, withFileTypes } = request;
  const folders = byLevels ? levelByLevel(root) : lastFirst(root);
  const show = (folder: Folder) =>
    withFileTypes ? shownEntries(folder, root, given, decoding) : shownNames(folder, root, decoding);
  return concatenated<Name | Dirent>(folders.map(show)) as Name[] | Dirent[];
}
