/** What many of the functions take and give. */

import type { Buffer } from "node:buffer";
import type { Stream } from "node:stream";
import type { URL } from "node:url";

/**
 * Where a file is: text, the bytes of its name, or a `file:` URL. Relative paths start at the working directory.
 * Neither text nor bytes may contain a NUL (ERR_INVALID_ARG_VALUE); other URLs are ERR_INVALID_URL_SCHEME,
 * ERR_INVALID_FILE_URL_HOST or ERR_INVALID_FILE_URL_PATH.
 */
export type PathLike = string | Buffer | URL;

/** Permission bits as a number from 0 to 2³² − 1, or as octal digits: `0o644` and `"644"` are the same. */
export type Mode = number | string;

/**
 * How a file is opened: one of `r r+ rs rs+ w wx w+ wx+ a ax as a+ ax+ as+` (`sr`, `xw`, `xa`, … mean the same), or a sum
 * of the constants `O_…` as a 32-bit integer. Others are ERR_INVALID_ARG_VALUE and ERR_OUT_OF_RANGE.
 */
export type OpenMode = number | string;

/**
 * A time: a Date, or seconds since 1970 as a number or as text. A negative number means now; as text it means a time
 * before 1970.
 */
export type TimeLike = string | number | Date;

/** Bytes in memory: a Buffer, any typed array, a DataView. They are used by the byte, and are not copied. */
export type View = NodeJS.ArrayBufferView;

/** A Buffer in memory that is nobody else's and not shared; the compilers before TypeScript 5.7 call it Buffer. */
export type FreshBuffer = ReturnType<typeof Buffer.allocUnsafeSlow>;

/** A Buffer in the memory of the given view. */
export type BufferOver<Memory extends View> = Memory extends { readonly buffer: ArrayBuffer } ? FreshBuffer : Buffer;

/** What can be stopped on the way. */
export interface Abortable {
  /**
   * Aborting rejects with an AbortError (`code` ABORT_ERR, `cause` the signal's reason), at the next step of the work; what
   * was done until then stays. One that is aborted already lets nothing begin.
   */
  signal?: AbortSignal | undefined;
}

export interface ObjectEncodingOptions {
  /** Default: `"utf8"` where text is meant, none (bytes) in readFile. Names that are no encoding: ERR_INVALID_ARG_VALUE. */
  encoding?: BufferEncoding | null | undefined;
}

/** The encoding, by itself or among options. */
export type EncodingOption = ObjectEncodingOptions | BufferEncoding | undefined | null;

/** Asks for bytes where text is the default. */
export type BufferEncodingOption = "buffer" | { encoding: "buffer" };

/**
 * What can be written as a whole: text, bytes, or pieces of both out of an iterable, an async iterable or a readable
 * stream. Anything else is ERR_INVALID_ARG_TYPE: before the file is opened, or, within an iterable, when its turn comes.
 */
export type Data = string | View | Iterable<string | View> | AsyncIterable<string | View> | Stream;

/** Which file to make where there is none, and how it is opened. */
export interface FlagAndOpenMode {
  /** Of a file that is made here, less the process's umask. Default: `0o666`. */
  mode?: Mode | undefined;
  flag?: OpenMode | undefined;
}

export interface Flushing {
  /** Whether fsync(2) comes before the close. Default: false. */
  flush?: boolean | undefined;
}
