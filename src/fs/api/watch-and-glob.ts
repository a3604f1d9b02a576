/** Iterators over what happens to files, and over those that a pattern finds. Both are Node's own. */

import type { Buffer } from "node:buffer";
import type { Dirent } from "node:fs";
import type { URL } from "node:url";
import type { Abortable, FreshBuffer, PathLike } from "./values";

export type WatchEventType = "rename" | "change";

export interface FileChangeInfo<Name extends string | Buffer> {
  eventType: WatchEventType;
  /** null where the system does not tell. */
  filename: Name | null;
}

/** What not to hear of: a glob pattern, an expression, or a function that says true. */
type Ignored = string | RegExp | ((filename: string) => boolean);

export interface WatchOptions extends Abortable {
  /** Of the names; `"buffer"` for bytes. Default: `"utf8"`. */
  encoding?: BufferEncoding | "buffer" | undefined;
  /** Whether the process goes on as long as somebody watches. Default: true. */
  persistent?: boolean | undefined;
  /** Whether directories below are watched as well. Default: false. */
  recursive?: boolean | undefined;
  /** How many events may wait to be taken. Default: 2048; since Node 22. */
  maxQueue?: number | undefined;
  /** What becomes of those beyond: dropped with a warning, or an error. Default: `"ignore"`; since Node 22. */
  overflow?: "ignore" | "throw" | undefined;
  /** Since Node 24. */
  ignore?: Ignored | readonly Ignored[] | undefined;
}

export interface WatchOptionsWithBufferEncoding extends WatchOptions {
  encoding: "buffer";
}

export interface WatchOptionsWithStringEncoding extends WatchOptions {
  encoding?: BufferEncoding | undefined;
}

export interface GlobOptions<Entry extends Dirent | string = Dirent | string> {
  /** Where relative patterns start. Default: the working directory; as a URL, since Node 22.17. */
  cwd?: string | URL | undefined;
  /** Whether entries come as fs.Dirent instead of names. Default: false; since Node 22.2. */
  withFileTypes?: boolean | undefined;
  /** What is left out with all that is in it: a function that says true, or patterns (since Node 22.14). */
  exclude?: ((entry: Entry) => boolean) | readonly string[] | undefined;
  /** Whether `**` goes through symbolic links to directories. Default: false; since Node 24.16. */
  followSymlinks?: boolean | undefined;
}

export interface GlobOptionsWithFileTypes extends GlobOptions<Dirent> {
  withFileTypes: true;
}

export interface GlobOptionsWithoutFileTypes extends GlobOptions<string> {
  withFileTypes?: false | undefined;
}

export interface WatchAndGlob {
  /**
   * Tells of each change to a file, or to the entries of a directory, until the signal aborts. A string as options is the
   * encoding.
   *
   * @throws at the first `next()`: ENOENT, EACCES, EMFILE, ENOSPC (too many are watched); ABORT_ERR;
   * ERR_FS_WATCH_QUEUE_OVERFLOW
   */
  watch(filename: PathLike, options?: WatchOptionsWithStringEncoding | BufferEncoding): NodeJS.AsyncIterator<FileChangeInfo<string>>;
  /** Tells of each change, with bytes for names. */
  watch(filename: PathLike, options: WatchOptionsWithBufferEncoding | "buffer"): NodeJS.AsyncIterator<FileChangeInfo<FreshBuffer>>;
  /** Tells of each change, with names as the encoding says. */
  watch(filename: PathLike, options: WatchOptions | string): NodeJS.AsyncIterator<FileChangeInfo<string | FreshBuffer>>;
  // No call comes this far: the one before takes all. This is for the declarations of Node 20, where any encoding gives text;
  // and the last one is what ReturnType finds.
  watch(filename: PathLike, options?: WatchOptions | string): NodeJS.AsyncIterator<FileChangeInfo<string>>;
  watch(filename: PathLike, options: WatchOptions | string): NodeJS.AsyncIterator<FileChangeInfo<string | FreshBuffer>>;

  /**
   * Finds the paths that match a pattern, or any of several. Node 22 and newer; undefined on others.
   *
   * @throws at the first `next()`: ERR_INVALID_ARG_TYPE
   */
  glob(pattern: string | readonly string[], options?: GlobOptionsWithoutFileTypes): NodeJS.AsyncIterator<string>;
  /** Finds the entries that match. */
  glob(pattern: string | readonly string[], options: GlobOptionsWithFileTypes): NodeJS.AsyncIterator<Dirent>;
  /** Finds what matches, as names or entries as the options say. */
  glob(pattern: string | readonly string[], options: GlobOptions): NodeJS.AsyncIterator<Dirent | string>;
}
