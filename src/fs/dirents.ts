/** A directory's entries on their way from the engine to fs.Dirent. */

import type { Dirent } from "node:fs";
import { sep } from "node:path";
import type { Engine, Path } from "../backends/engine";
import { nodeFs } from "../backends/node-fs";
import { systemError } from "../errors";
import { isUtf8, type Decoding } from "./arguments";
import { fileType } from "./stats";

const { constants } = nodeFs;

export type Name = string | Buffer;
export type NameDecoding = Decoding | "buffer";

// Node's declaration says that nobody can make one; the constructor is there and takes these on every version.
export const DirentOf = nodeFs.Dirent as unknown as new (name: Name, type: number, parentPath: unknown) => Dirent;

/** The UV_DIRENT_* constants, which @types/node does not know. */
const direntType = constants as unknown as Readonly<Record<string, number>>;
export const unknownType = direntType["UV_DIRENT_UNKNOWN"] ?? 0;
export const directoryType = direntType["UV_DIRENT_DIR"] ?? 2;
export const linkType = direntType["UV_DIRENT_LINK"] ?? 3;

const direntTypes: ReadonlyMap<number, number | undefined> = new Map([
  [constants.S_IFREG, direntType["UV_DIRENT_FILE"]],
  [constants.S_IFDIR, direntType["UV_DIRENT_DIR"]],
  [constants.S_IFLNK, direntType["UV_DIRENT_LINK"]],
  [constants.S_IFIFO, direntType["UV_DIRENT_FIFO"]],
  [constants.S_IFSOCK, direntType["UV_DIRENT_SOCKET"]],
  [constants.S_IFCHR, direntType["UV_DIRENT_CHAR"]],
  [constants.S_IFBLK, direntType["UV_DIRENT_BLOCK"]],
]);

const separator = Buffer.from(sep);

/** The path of an entry; what is no text stays bytes. */
export const within = (directory: Path, name: Name): Name => {
  if (typeof directory === "string" && typeof name === "string")
    return directory.endsWith(sep) ? `${directory}${name}` : `${directory}${sep}${name}`;
  const parent = Buffer.from(directory as string);
  return Buffer.concat([parent, ...(parent.at(-1) === separator[0] ? [] : [separator]), Buffer.from(name as string)]);
};

/** What the engine should be asked for: text is there at once in UTF-8 only, anything else is made of the bytes. */
export const comesAsText = (decoding: NameDecoding): boolean => decoding !== "buffer" && isUtf8(decoding);

export const decodedName = (name: Name, decoding: NameDecoding): Name =>
  typeof name === "string" || decoding === "buffer" ? name : name.toString(decoding as BufferEncoding);

/** As the engine gave them, where that is what was wanted. */
export const decodedNames = (names: string[] | Buffer[], decoding: NameDecoding): Name[] =>
  decoding === "buffer" || comesAsText(decoding) ? names : (names as Name[]).map((name) => decodedName(name, decoding));

/** Some file systems do not say in the listing what an entry is. */
export async function lookedUpType(engine: Engine, path: Path): Promise<number> {
  const pending = engine.stat(path, false);
  const fields = pending instanceof Promise ? await pending : pending;
  if (typeof fields === "number") throw systemError(fields, "lstat", path);
  return direntTypes.get(fileType(fields)) ?? unknownType;
}
