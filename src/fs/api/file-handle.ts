/** FileHandle: an open file. */

import type { Buffer } from "node:buffer";
import type { BigIntStats, ReadStream, Stats, WriteStream } from "node:fs";
// The one thing of node:fs/promises that is needed: what only a flag of Node's gives a handle, see `OfNodesOwn`.
import type { FileHandle as NodesFileHandle } from "node:fs/promises";
import type { Interface as ReadlineInterface } from "node:readline";
import type { ReadableStream } from "node:stream/web";
import type { StatOptions } from "./attributes";
import type {
  ReadFileOptions,
  ReadFileOptionsWithBuffer,
  ReadFileOptionsWithBufferEncoding,
  ReadFileOptionsWithStringEncoding,
} from "./read-options";
import type { Abortable, BufferOver, Data, Flushing, FreshBuffer, Mode, ObjectEncodingOptions, TimeLike, View } from "./values";

/**
 * Where in the file, in bytes. −1, null and undefined mean the cursor, which moves on; anything else leaves it where it is.
 * As a bigint, from Node 22 on; before, that means the cursor.
 */
export type ReadPosition = number | bigint;

export interface ReadOptions {
  /** Where in the buffer to begin, in bytes. Default: 0. */
  offset?: number | null | undefined;
  /** How many bytes to read at most. Default: as many as the buffer has behind `offset`. */
  length?: number | null | undefined;
  /** Default: the cursor. */
  position?: ReadPosition | null | undefined;
}

export interface FileReadOptions<Memory extends View = Buffer> extends ReadOptions {
  /** Default: a fresh one of 16 KiB. */
  buffer?: Memory | undefined;
}

export interface WriteOptions {
  /** Where in the buffer to begin, in bytes. Default: 0. */
  offset?: number | null | undefined;
  /** How many bytes to write. Default: as many as the buffer has behind `offset`. */
  length?: number | null | undefined;
  /** Where in the file, in bytes. −1 and null, the default, mean the cursor. */
  position?: number | null | undefined;
}

export interface FileReadResult<Memory extends View> {
  /** 0 at the end of the file; may be fewer than asked for before. */
  bytesRead: number;
  buffer: Memory;
}

export interface ReadVResult<Views extends readonly View[] = View[]> {
  /** In all of them together. */
  bytesRead: number;
  buffers: Views;
}

export interface FileWriteResult<Written> {
  /** May be fewer than asked for. */
  bytesWritten: number;
  buffer: Written;
}

export interface WriteVResult<Views extends readonly View[] = View[]> {
  /** From all of them together. */
  bytesWritten: number;
  buffers: Views;
}

export interface CreateReadStreamOptions extends Abortable {
  /** Chunks come as text in this encoding. Default: as Buffers. */
  encoding?: BufferEncoding | null | undefined;
  /** Whether the handle is closed at the end of the file, and after an error. Default: true. */
  autoClose?: boolean | undefined;
  /** Whether the stream emits `close` when it is destroyed. Default: true. */
  emitClose?: boolean | undefined;
  /** The first byte to read. Default: the cursor. */
  start?: number | undefined;
  /** The last byte to read, which still belongs to it. Default: Infinity. */
  end?: number | undefined;
  /** Bytes to read ahead. Default: 65,536. */
  highWaterMark?: number | undefined;
}

export interface CreateWriteStreamOptions extends Flushing {
  /** Of the text that is written. Default: `"utf8"`. */
  encoding?: BufferEncoding | null | undefined;
  /** Whether the handle is closed when the stream is finished, and after an error. Default: true. */
  autoClose?: boolean | undefined;
  /** Whether the stream emits `close` when it is destroyed. Default: true. */
  emitClose?: boolean | undefined;
  /** Where to begin to write, in bytes. Default: the cursor. */
  start?: number | undefined;
  /** Bytes that may wait before `write` returns false. Default: 16,384 on Node 20, 65,536 since. */
  highWaterMark?: number | undefined;
}

export interface ReadableWebStreamOptions {
  /** Node 20 only, whose chunks are ArrayBuffers without it; since Node 22.15 they are always bytes. */
  type?: "bytes" | undefined;
  /** Whether the handle is closed at the end of the stream. Default: false; since Node 22.17. */
  autoClose?: boolean | undefined;
}

/** Of the experimental `pull`. */
export interface PullOptions extends Abortable {
  autoClose?: boolean | undefined;
  /** The first byte to read. Default: the cursor. */
  start?: number | undefined;
  /** How many bytes to read at most. Default: all. */
  limit?: number | undefined;
  /** How many bytes to read at a time. Default: 131,072. */
  chunkSize?: number | undefined;
}

/** Of the experimental `writer`. */
export interface WriterOptions {
  autoClose?: boolean | undefined;
  /** Where to begin to write, in bytes. Default: the cursor. */
  start?: number | undefined;
  /** How many bytes may be written. Default: any number. */
  limit?: number | undefined;
  /** How many bytes to write at a time. Default: 131,072. */
  chunkSize?: number | undefined;
}

/**
 * What a handle has only with Node's flag --experimental-stream-iter, and then from Node itself. It speaks in types that
 * only the newest declarations have: it is there as far as they know it, so that handles of both kinds are the same type.
 */
type OfNodesOwn = Pick<NodesFileHandle, Extract<keyof NodesFileHandle, "pull" | "pullSync" | "writer">>;

/**
 * An open file. close() waits for what is in flight; afterwards, everything fails with EBADF. One that is lost unclosed is
 * closed with a warning, or, from Node 25 on, ends the process: close it, or declare it with `await using`.
 *
 * Errors have no `path`: EBADF also where the file was not opened for that, EISDIR, EINVAL, ENOSPC, EFBIG, EIO; arguments
 * are refused with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE and ERR_OUT_OF_RANGE.
 */
export interface FileHandle extends OfNodesOwn {
  /** The descriptor's number; −1 when it is closed. */
  readonly fd: number;

  /** Another name for writeFile. */
  appendFile(data: Data, options?: (ObjectEncodingOptions & Abortable) | BufferEncoding | null): Promise<void>;

  /** Sets owner and group, as chown. */
  chown(uid: number, gid: number): Promise<void>;

  /** Sets permissions, as chmod. */
  chmod(mode: Mode): Promise<void>;

  /** A stream of the file's bytes; without `start`, from the cursor on. It closes the handle unless told otherwise. */
  createReadStream(options?: CreateReadStreamOptions): ReadStream;

  /** A stream into the file; without `start`, from the cursor on. It closes the handle unless told otherwise. */
  createWriteStream(options?: CreateWriteStreamOptions): WriteStream;

  /** fdatasync(2): the data is on the disk, and what it takes to find it there. */
  datasync(): Promise<void>;

  /** fsync(2): the data is on the disk, and all that is known of the file. */
  sync(): Promise<void>;

  /**
   * Reads into a buffer, once.
   *
   * @param offset where in the buffer to begin, in bytes; default: 0
   * @param length how many bytes to read at most; default: as many as the buffer has behind `offset`
   * @param position default: the cursor
   */
  read<Memory extends View>(
    buffer: Memory,
    offset?: number | null,
    length?: number | null,
    position?: ReadPosition | null,
  ): Promise<FileReadResult<Memory>>;
  /** Reads into a buffer, once, as the options say. */
  read<Memory extends View>(buffer: Memory, options?: ReadOptions): Promise<FileReadResult<Memory>>;
  /** Reads into the options' buffer or into a fresh one of 16 KiB, once. */
  read<Memory extends View = FreshBuffer>(options?: FileReadOptions<Memory>): Promise<FileReadResult<Memory>>;

  /**
   * Reads into several buffers one after the other, once; into 1,024 at most.
   *
   * @param position default: the cursor
   * @throws EINVAL for none
   */
  readv<Views extends readonly View[]>(buffers: Views, position?: number | null): Promise<ReadVResult<Views>>;

  /** A web stream of the file's bytes. There can be one for each handle. */
  readableWebStream(options?: ReadableWebStreamOptions): ReadableStream;

  /** Reads from the cursor to the end into memory of the caller's. Node 24.19 and newer. */
  readFile<Memory extends View>(options: Omit<ReadFileOptionsWithBuffer<Memory>, "flag">): Promise<BufferOver<Memory>>;
  /** Reads from the cursor to the end as bytes. */
  readFile(options?: Omit<ReadFileOptionsWithBufferEncoding, "flag"> | null): Promise<FreshBuffer>;
  /** Reads from the cursor to the end as text in the given encoding. */
  readFile(options: Omit<ReadFileOptionsWithStringEncoding, "flag"> | BufferEncoding): Promise<string>;
  /** Reads from the cursor to the end, as text if the options name an encoding, and as bytes otherwise. */
  readFile(options?: Omit<ReadFileOptions, "flag"> | BufferEncoding | null): Promise<string | FreshBuffer>;

  /** The file's lines from the cursor on, without their ends; closes the handle behind the last one. */
  readLines(options?: CreateReadStreamOptions): ReadlineInterface;

  /** Tells what is known of the file. It is there: `throwIfNoEntry` makes no difference. */
  stat(opts?: StatOptions & { bigint?: false | undefined }): Promise<Stats>;
  /** Tells what is known of the file in bigints. */
  stat(opts: StatOptions & { bigint: true }): Promise<BigIntStats>;
  /** Tells what is known of the file, in numbers or bigints as the options say. */
  stat(opts?: StatOptions): Promise<Stats | BigIntStats>;

  /**
   * Sets the file's length: the rest is cut off, or zeros are added. The cursor stays where it is.
   *
   * @param len in bytes, a safe integer; negative ones mean 0, which is the default
   */
  truncate(len?: number): Promise<void>;

  /** Sets the times of access and of modification, as utimes. */
  utimes(atime: TimeLike, mtime: TimeLike): Promise<void>;

  /** Writes all of the data at the cursor; what is behind it stays. A string as options is the encoding. */
  writeFile(data: Data, options?: (ObjectEncodingOptions & Abortable) | BufferEncoding | null): Promise<void>;

  /**
   * Writes bytes, once. The buffer must not change until then.
   *
   * @param offset where in the buffer to begin, in bytes; default: 0
   * @param length how many bytes to write; default: as many as the buffer has behind `offset`
   * @param position in bytes; −1 and null, the default, mean the cursor; with the flag `"a"` the end of the file, always
   */
  write<Memory extends View>(
    buffer: Memory,
    offset?: number | null,
    length?: number | null,
    position?: number | null,
  ): Promise<FileWriteResult<Memory>>;
  // "number", because @types/node 20 has no signature with options: handles of Node's would be of another type.
  /** Writes bytes, once, as the options say. */
  write<Memory extends View>(buffer: Memory, options?: number | WriteOptions | null): Promise<FileWriteResult<Memory>>;
  /** Writes text, once; by default at the cursor and in UTF-8. */
  write(data: string, position?: number | null, encoding?: BufferEncoding | null): Promise<FileWriteResult<string>>;

  /**
   * Writes several buffers one after the other.
   *
   * @param position in bytes; −1 and null, the default, mean the cursor
   */
  writev<Views extends readonly View[]>(buffers: Views, position?: number | null): Promise<WriteVResult<Views>>;

  /** Waits for what is in flight, and closes the file. Closing it again does nothing. */
  close(): Promise<void>;

  /** close() */
  [Symbol.asyncDispose](): Promise<void>;
}
