/** What every backend offers to the floors above: native.ts over the addon, js.ts over a module shaped like node:fs. */

import type { Continuation } from "./continuation";
import type { Hits } from "./hits";

export const backendNames = ["uring", "linux", "thread", "js"] as const;
export type BackendName = (typeof backendNames)[number];

/** There now, or later: callers write `typeof r === "number" ? r : await r` and wait only for what is pending. */
export type Eventual<T> = T | Promise<T>;

/** ≥ 0: the result; < 0: −errno. A job of several steps that fails gives −(step × 4096 + errno), see `failedStep`. */
export type Result = number;

export type Path = string | Uint8Array;

/** What a file's bytes become text by, as it is read. */
export type TextEncoding = "utf8" | "latin1";

/** A path that an operation has found or made. */
export type Name = string | Buffer;

/** How a descriptor may be treated, as bits of `traits`; `traits.UNKNOWN` where nobody has looked. */
export const traits = {
  UNKNOWN: -1,
  REGULAR: 1,
  READ_NOWAIT: 2,
  READ_PLAIN: 4,
  DIRECT: 8,
  READ_ONLY: 16,
  POLLED: 32,
  LOCAL: 64,
  WRITE_NOWAIT: 128,
  WRITE_BUFFERED: 256,
  APPEND: 512,
  CLOSES_DRY: 4096,
} as const;

/**
 * Eighteen fields in the order of Node's own binding: dev mode nlink uid gid rdev blksize ino size blocks, then seconds
 * and nanoseconds of atime, mtime, ctime, birthtime.
 */
export interface StatFields {
  /** Where they begin in both arrays. */
  readonly first: number;
  readonly numbers: Float64Array;
  readonly bigints: BigInt64Array;
}

export type StatShape<T extends object> = (fields: StatFields) => T;

export interface DirectoryListing {
  /** Without "." and "..". */
  readonly names: string[] | Buffer[];
  /** Whether they are text that leads back to the files: none has a U+FFFD for bytes that are no UTF-8. */
  readonly isText: boolean;
  /** The names with a "/" after each but the last, where they came as one text: `names` are made of it when asked for. */
  readonly joined: string | undefined;
  /** UV_DIRENT_* of each name, when asked for. */
  readonly types: Uint8Array | undefined;
}

/** One call at a time. The synchronous ones wait on the calling thread. */
export interface OpenDirectory {
  /** The next entries, with types, in the directory's own order: as many as were agreed on, and none at the end. */
  read(): Eventual<Result | DirectoryListing>;
  readSync(): Result | DirectoryListing;
  close(): Eventual<Result>;
  closeSync(): Result;
}

/** What stands in text for bytes that are no UTF-8. */
export const replacement = "\ufffd";

/** A job over several paths that failed: the error and the path at which it happened. */
export interface PathFailure {
  readonly result: Result;
  readonly path: string;
}

/** The opened half of a readFile whose file was not a small regular one: the caller reads and closes. */
export interface OpenFile {
  readonly fd: number;
  readonly traits: number;
}

/** A flag of copyFile, not for the js backend: neither end is a link, and the target is made by this call or not at all. */
export const copiesAnew = 8;

/** Operations by kind, and for each kind by the route that served it. */
export type RouteName = "tryNowHit" | "tryNowMiss" | "ring" | "ioSubmit" | "pool" | "js";
export type OperationCounters = Record<string, Record<RouteName, number>>;

/** What `stats()` tells of an engine, since it was made. */
export interface EngineStats {
  readonly backend: BackendName;
  /** By kind, and for each kind by the route that served it; as `AsyncContext.stats()` has them. */
  readonly operations: OperationCounters;
  /** Handed in and not ended yet. What ends at once, on the calling thread, is never in flight. */
  readonly inFlight: number;
  /** The most that were in flight at a time. */
  readonly queueHighWater: number;
  /** Moved by read, readv, readFile, write, writev and writeFile; what copyFile copies, the kernel counts for itself. */
  readonly bytes: { readonly read: number; readonly written: number };
}

/** A batch entry of `AsyncContext.submit`; also what its single operations are made of. */
export interface ContextRequest {
  readonly kind: "read" | "write" | "fsync" | "fdatasync";
  readonly fd: number;
  readonly view: ArrayBufferView | undefined;
  readonly offset: number;
  readonly length: number;
  /** −1: at the cursor. */
  readonly position: number;
  readonly priority: number;
}

export type TransferRequest = ContextRequest & { readonly view: ArrayBufferView };

/** An operation that was handed in: its result, and the name by which it can be cancelled. */
export interface Handed {
  /** Undefined when it ended at once. */
  readonly ticket: number | undefined;
  readonly result: Eventual<Result>;
}

/**
 * `at`, where an operation has it: a directory's descriptor, from which a relative path is looked up, so that nobody can
 * put a link in the way. The js backend has nothing of the kind, and must not be given it.
 */
export interface Engine {
  readonly backend: BackendName;
  /** Operations handed in and not yet completed. */
  readonly pending: number;
  /**
   * By descriptor: 1 while it is closed with this thread's JavaScript, whatever becomes of it. What `open` and `readFile`
   * give is marked until it is closed through the engine, or until it gets another owner: he who gives it away takes the
   * mark off in the line before, without calling anything between. Empty where the engine closes nothing.
   */
  readonly unclaimed: Uint8Array;
  readonly hits: Hits;

  read(fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number): Eventual<Result>;
  write(fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number): Eventual<Result>;
  /** As read; what does not end at once resolves with what the continuation makes of it. */
  readThen<T>(
    continuation: Continuation<T>, fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number,
  ): Result | Promise<T>;
  /** As write, in the same way. */
  writeThen<T>(
    continuation: Continuation<T>, fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number,
  ): Result | Promise<T>;
  readv(fd: number, views: readonly ArrayBufferView[], position: number, traits: number): Eventual<Result>;
  writev(fd: number, views: readonly ArrayBufferView[], position: number, traits: number): Eventual<Result>;
  fsync(fd: number): Eventual<Result>;
  fdatasync(fd: number): Eventual<Result>;
  ftruncate(fd: number, length: number): Eventual<Result>;
  /** The opened descriptor with its traits, or −errno. */
  open(path: Path, flags: number, mode: number, at?: number): Eventual<Result | OpenFile>;
  close(fd: number, traits: number): Eventual<Result>;
  /** Synchronous fields are the engine's own scratch: read them before the next call. */
  stat(path: Path, followLinks: boolean): Eventual<Result | StatFields>;
  /** As stat; the fields go to the function before anything else happens, so that nobody has to copy them. It must not throw. */
  statAs<T extends object>(path: Path, followLinks: boolean, shape: StatShape<T>): Eventual<Result | T>;
  fstat(fd: number): Eventual<Result | StatFields>;
  /** The first eight fields: type bsize blocks bfree bavail files ffree frsize. */
  statfs(path: Path): Eventual<Result | StatFields>;
  access(path: Path, mode: number): Eventual<Result>;
  chmod(path: Path, mode: number, at?: number): Eventual<Result>;
  fchmod(fd: number, mode: number): Eventual<Result>;
  /** −1 leaves the user or the group as it is. */
  chown(path: Path, uid: number, gid: number, followLinks: boolean): Eventual<Result>;
  fchown(fd: number, uid: number, gid: number): Eventual<Result>;
  /** Times in seconds since 1970, before it if negative. */
  utimes(path: Path, atime: number, mtime: number, followLinks: boolean, at?: number): Eventual<Result>;
  futimes(fd: number, atime: number, mtime: number): Eventual<Result>;
  /** recursive: the first directory made, or 0 when all were there. */
  mkdir(path: Path, mode: number, recursive: boolean, at?: number): Eventual<Result | string | PathFailure>;
  rmdir(path: Path): Eventual<Result>;
  unlink(path: Path, at?: number): Eventual<Result>;
  rename(from: Path, to: Path): Eventual<Result>;
  link(from: Path, to: Path): Eventual<Result>;
  symlink(target: Path, path: Path, at?: number): Eventual<Result>;
  readlink(path: Path, asBuffer: boolean, at?: number): Eventual<Result | Name>;
  realpath(path: Path, asBuffer: boolean): Eventual<Result | Name>;
  /** @param template ends in XXXXXX, in whose place something unused is put */
  mkdtemp(template: Path, asBuffer: boolean): Eventual<Result | Name | PathFailure>;
  /** @param flags COPYFILE_* of fs.constants; with `copiesAnew`, see there */
  copyFile(from: Path, to: Path, flags: number, fromAt?: number, toAt?: number): Eventual<Result>;
  /**
   * Makes the directory `to`, copies all regular files of `from` into it, and gives the names of what is left: what is no such file, or failed,
   * or comes behind that in order. Where nothing is left, the copy has the mode; else it is to be given. A failure at other
   * steps than "mkdir" and "chmod" has made nothing. Not on the js backend, which gives −ENOTSUP.
   */
  copyDirectory(from: Path, to: Path, flags: number, mode: number, fromAt?: number, toAt?: number): Eventual<Result | DirectoryListing>;
  /** Names sorted bytewise. */
  readdir(path: Path, asBuffers: boolean, withTypes: boolean, at?: number): Eventual<Result | DirectoryListing>;
  /**
   * @param bufferSize entries to be read at a time, 1 or more
   * @param below whether it is part of a walk that holds a directory already, and would wait for itself
   */
  opendir(path: Path, bufferSize: number, asBuffers: boolean, below?: boolean): Eventual<Result | OpenDirectory>;
  opendirSync(path: Path, bufferSize: number, asBuffers: boolean): Result | OpenDirectory;
  readFile(path: Path, flags: number, encoding: TextEncoding | undefined): Eventual<Result | Buffer | string | OpenFile>;
  writeFile(path: Path, view: ArrayBufferView, flags: number, mode: number, flush: boolean): Eventual<Result>;
  /** UTF-8 → text; what is none becomes U+FFFD. What does not end at once takes the memory of the bytes away. */
  decode(bytes: Uint8Array): Eventual<Result | string>;
  removeTree(path: Path): Eventual<Result | PathFailure>;

  /** Traits of an open descriptor, or −errno. Synchronous: it looks at the descriptor only. */
  describe(fd: number): number;

  /** Context operations, in one crossing. */
  submit(requests: readonly ContextRequest[]): Handed[];
  /** One that nobody will cancel; goes on as `readThen` does. */
  submitThen<T>(continuation: Continuation<T>, request: TransferRequest): Result | Promise<T>;
  cancel(ticket: number): boolean;
  /** Sends what this turn has gathered down now. */
  flush(): void;
  registerBuffers(views: readonly ArrayBufferView[]): Result;
  registerFiles(fds: readonly number[]): Result;
  counters(): OperationCounters;
  stats(): EngineStats;
  /** Resolves when nothing is in flight any more and the engine has ended; operations handed in later give −EBADF. */
  end(): Promise<void>;
}
