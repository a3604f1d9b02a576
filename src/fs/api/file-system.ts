/**
 * What caio/fs offers: the names of node:fs/promises on all of Node 20 to 26. Stats, Dirent, Dir, the streams and Buffer
 * are Node's own classes; the functions and their options are declared here.
 */

import type { constants } from "node:fs";
import type { Attributes } from "./attributes";
import type { Directories } from "./directories";
import type { Entries } from "./entries";
import type { Links } from "./links";
import type { Reading } from "./reading";
import type { WatchAndGlob } from "./watch-and-glob";
import type { Writing } from "./writing";

/**
 * The functions never throw at the call: they reject. What the operating system refuses comes as an Error with `code`
 * (such as `"ENOENT"`), `errno` (negative), `syscall`, and the `path` (and `dest`) that the function was given; arguments
 * that are none, as a TypeError with the `code` ERR_INVALID_ARG_TYPE or ERR_INVALID_ARG_VALUE or a RangeError with
 * ERR_OUT_OF_RANGE. The codes named with the functions are the ones to expect there, not all there are.
 *
 * The functions need no `this` and cannot be replaced: hence Readonly.
 */
export interface FileSystem
  extends Readonly<Reading>,
    Readonly<Writing>,
    Readonly<Entries>,
    Readonly<Directories>,
    Readonly<Links>,
    Readonly<Attributes>,
    Readonly<WatchAndGlob> {
  /** Those of node:fs: the same object. */
  readonly constants: typeof constants;
}

// The types that node:fs/promises has beside its functions, under the same names. Not as `export type`: nothing of that kind
// could stand in the namespace that require gives.
export { DisposableTempDir } from "./directories";
export {
  CreateReadStreamOptions,
  CreateWriteStreamOptions,
  FileHandle,
  FileReadOptions,
  FileReadResult,
  PullOptions,
  ReadableWebStreamOptions,
  WriterOptions,
} from "./file-handle";
export { FlagAndOpenMode } from "./values";
export { FileChangeInfo, WatchOptions, WatchOptionsWithBufferEncoding, WatchOptionsWithStringEncoding } from "./watch-and-glob";
