/** Compiled, never run: the types that a program may import from node:fs/promises, under the same names. */

import type {
  CreateReadStreamOptions,
  CreateWriteStreamOptions,
  DisposableTempDir,
  FileChangeInfo,
  FileHandle,
  FileReadOptions,
  FileReadResult,
  FlagAndOpenMode,
  PullOptions,
  ReadableWebStreamOptions,
  WatchOptions,
  WatchOptionsWithBufferEncoding,
  WatchOptionsWithStringEncoding,
  WriterOptions,
} from "caio/fs";
import type { FileHandle as FileHandleOfUring } from "caio/fs/uring";

export interface Named {
  readonly handles: readonly [FileHandle, FileHandleOfUring];
  readonly streams: readonly [CreateReadStreamOptions, CreateWriteStreamOptions, ReadableWebStreamOptions, PullOptions, WriterOptions];
  readonly change: FileChangeInfo<string> | FileChangeInfo<Buffer>;
  readonly read: readonly [FileReadOptions, FileReadOptions<Uint8Array>, FileReadResult<Uint8Array>, FlagAndOpenMode];
  readonly watch: readonly [WatchOptions, WatchOptionsWithBufferEncoding, WatchOptionsWithStringEncoding];
  readonly folder: DisposableTempDir;
}
