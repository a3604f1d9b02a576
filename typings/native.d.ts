/**
 * The contract between cpp/addon.cc and src/backends/native.ts: every name that crosses the border, once.
 *
 * Results are numbers: ≥ 0 is the result, < 0 is −errno, and `PENDING` (the addon's own constant) says that the
 * operation has been parked under its ticket and will come back through `onComplete`. A job of several steps
 * (readFile, writeFile, removeTree) that fails says which step did: −(step × 4096 + errno), step as in `Native.steps`;
 * and if it could not close its file either: −(close's errno × 64 × 4096 + the rest).
 *
 * An argument of another type is a TypeError, one out of its range a RangeError or TypeError; where it is one of several
 * (a path with NUL, a view that was detached meanwhile, an entry of a batch), the result says −EINVAL or −EFAULT.
 */

/** A path as the kernel takes it: a string (sent as UTF-8) or its bytes, without NUL. */
export type NativePath = string | Uint8Array;

/** Bits that say how a descriptor may be treated; found once per handle by `describe` or `open`. */
export interface TraitBits {
  /** Nothing is known: the engine looks where it matters. */
  readonly UNKNOWN: -1;
  /** A regular file. */
  readonly REGULAR: 1;
  /** Its file system takes RWF_NOWAIT reads. */
  readonly READ_NOWAIT: 2;
  /** Its pages are memory (tmpfs, ramfs): a plain read never waits for a disk. */
  readonly READ_PLAIN: 4;
  /** Opened with O_DIRECT. */
  readonly DIRECT: 8;
  /** Opened without write access. */
  readonly READ_ONLY: 16;
  /** FIFO, socket or character device: readiness decides, an operation may never end. */
  readonly POLLED: 32;
  /** Its file system takes RWF_NOWAIT writes. */
  readonly WRITE_NOWAIT: 128;
  /** Writes go to the page cache of a local disk: no O_DIRECT, no O_SYNC, no O_DSYNC. */
  readonly WRITE_BUFFERED: 256;
  /** Opened with O_APPEND. */
  readonly APPEND: 512;
  /** Closing it writes nothing back, unless it was cut to nothing before. */
  readonly CLOSES_DRY: 4096;
  /** On a file system whose metadata operations wait for no network and no user-space server. */
  readonly LOCAL: 64;
}

export type NativeBackendName = "uring" | "linux" | "thread";

export interface NativeEngineOptions {
  backend: NativeBackendName;
  /** Operations in flight at most; more wait in the engine. 1–32768. */
  maxRequests: number;
  /** Threads of the engine's pool at most. 1–128. */
  poolSize: number;
  /** Gather the misses of one turn of the event loop into one batch. */
  deferred: boolean;
  /** uring only: a kernel thread polls the submission queue. After a change of user or groups the ring is made anew. */
  sqpoll: boolean;
  /** Try each operation without blocking on the calling thread first. */
  tryNow: boolean;
}

/** One entry per opcode, in the order of `Native.opcodes`; per route, in the order of `Native.routes`. */
export type NativeCounters = Float64Array;

/** Names as text: "/" between them, a thousand or so to a string. As bytes: one behind the other, and how long each is. Of none, an empty array. */
export type NativeNames = readonly string[] | readonly [bytes: Buffer, lengths: Uint16Array];

/** Names, and UV_DIRENT_* of each. */
export type NativeEntries = readonly [names: NativeNames, types: Uint8Array];

export interface NativeEngine {
  /** Completion records, `recordLength` numbers each: ticket, result, then `Native.statFields` stat fields. */
  readonly records: Float64Array;
  /** The same records with the stat fields as 64-bit integers; nothing else is filled in. */
  readonly bigRecords: BigInt64Array;
  /** Values of the same records where the result is not a number (bytes, text, names, a path), else undefined. */
  readonly values: unknown[];
  /** Stat fields of the last stat that ended synchronously. */
  readonly fields: Float64Array;
  readonly bigFields: BigInt64Array;
  /** One byte, written by its user: how many hits are on their way to their callers (255 at most), so that the next operation does not come alone. */
  readonly unsettled: Uint8Array;
  /** Whether that is to be written for transfers too: those that come with others are shared with another thread. */
  readonly sharesTransfers: boolean;

  /** One number, written by its user: the bytes in use of JavaScript's heap, beside which long text, which lies outside, is weighed. */
  readonly heapInUse: Float64Array;

  // `at`: a directory's descriptor, from which a relative path is looked up; without it, the working directory.
  // Every operation: the ticket under which it comes back if it cannot end now.
  // position −1 is the descriptor's own cursor. traits as in TraitBits. priority is an ioprio_set(2) value, 0 for none.
  read(ticket: number, fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number, priority: number): number;
  write(ticket: number, fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number, priority: number): number;
  readv(ticket: number, fd: number, views: readonly ArrayBufferView[], position: number, traits: number): number;
  writev(ticket: number, fd: number, views: readonly ArrayBufferView[], position: number, traits: number): number;
  fsync(ticket: number, fd: number, priority: number): number;
  fdatasync(ticket: number, fd: number, priority: number): number;
  ftruncate(ticket: number, fd: number, length: number): number;
  /** The descriptor (O_CLOEXEC) + its traits × 2³². */
  open(ticket: number, path: NativePath, flags: number, mode: number, at?: number): number;
  close(ticket: number, fd: number, traits: number): number;
  /** 0, and the fields in `fields` or in the record. */
  stat(ticket: number, path: NativePath, followLinks: boolean): number;
  fstat(ticket: number, fd: number): number;
  /** 0, and type bsize blocks bfree bavail files ffree frsize in the first of the fields. */
  statfs(ticket: number, path: NativePath): number;
  access(ticket: number, path: NativePath, mode: number): number;
  chmod(ticket: number, path: NativePath, mode: number, at?: number): number;
  fchmod(ticket: number, fd: number, mode: number): number;
  /** −1 leaves the user or the group as it is. */
  chown(ticket: number, path: NativePath, uid: number, gid: number, followLinks: boolean): number;
  fchown(ticket: number, fd: number, uid: number, gid: number): number;
  /** Times in seconds since 1970; cut to microseconds where the running libuv (before 1.52) does so. */
  utimes(ticket: number, path: NativePath, atime: number, mtime: number, followLinks: boolean, at?: number): number;
  futimes(ticket: number, fd: number, atime: number, mtime: number): number;
  /** recursive: the value is the first directory made, or undefined when all were there; of a failure, where it failed. `at` counts without it only. */
  mkdir(ticket: number, path: NativePath, mode: number, recursive: boolean, at?: number): number | string;
  rmdir(ticket: number, path: NativePath): number;
  unlink(ticket: number, path: NativePath, at?: number): number;
  rename(ticket: number, from: NativePath, to: NativePath): number;
  link(ticket: number, from: NativePath, to: NativePath): number;
  symlink(ticket: number, target: NativePath, path: NativePath, at?: number): number;
  /** The value: the name, a Buffer if asBuffer. So it is with the next two; the template ends in XXXXXX. A made one's may be there at once. */
  readlink(ticket: number, path: NativePath, asBuffer: boolean, at?: number): number;
  realpath(ticket: number, path: NativePath, asBuffer: boolean): number;
  /** Of a failure, the value is the name that was tried. */
  mkdtemp(ticket: number, template: NativePath, asBuffer: boolean): number | string | Buffer;
  /** flags: COPYFILE_* of fs.constants, and 8: neither end is a link, and the target is made by this call or not at all. */
  copyFile(ticket: number, from: NativePath, to: NativePath, flags: number, fromAt?: number, toAt?: number): number;
  /**
   * Makes the directory `to`, and copies all regular files of `from` into it. The value: names (as readdir gives text) of what is left, that is
   * no such file, or failed, or comes behind that in order. Where nothing is left, the copy gets the mode at the end; else it is 0o777, but for
   * the umask. A failure at other steps than "mkdir" and "chmod" has made nothing.
   */
  copyDirectory(
    ticket: number, from: NativePath, to: NativePath, flags: number, mode: number, fromAt?: number, toAt?: number,
  ): number;
  /** The value: names (bytes if asBuffers), sorted bytewise; with types: [names, Uint8Array of UV_DIRENT_* values]. */
  readdir(ticket: number, path: NativePath, asBuffers: boolean, withTypes: boolean, at?: number): number | NativeNames | NativeEntries;
  // The next three with the ticket `HERE`: on the calling thread, however long it takes.
  /** The engine's own number of the open directory, which is no descriptor. What nobody closes is closed with the engine. */
  openDirectory(ticket: number, path: NativePath): number;
  /** The value: the next entries, `count` of them or none at the end, as readdir gives them with types but in the directory's own order. */
  readDirectory(ticket: number, directory: number, count: number, asBuffers: boolean): number | NativeEntries;
  closeDirectory(ticket: number, directory: number): number;
  /**
   * A small regular file whole: the value is an ArrayBuffer of its bytes (text 0), or the text: 1 of UTF-8, 2 of Latin-1.
   * Anything else is opened only: the number is the descriptor + its traits × 2³², unread, for the caller to go on with.
   */
  readFile(ticket: number, path: NativePath, flags: number, text: number): number | ArrayBuffer | string;
  /** open, write all of it, fsync if flush, close. 0. */
  writeFile(ticket: number, path: NativePath, view: ArrayBufferView, flags: number, mode: number, flush: boolean): number;
  /** The value: UTF-8 → text; what is none becomes U+FFFD. What does not end at once takes the view's memory away (detaches it). */
  decode(ticket: number, view: ArrayBufferView): number | string;
  /** rm -r without following links; the value of a failure is the path that failed. */
  removeTree(ticket: number, path: NativePath): number;

  /**
   * Context operations in one crossing. `batch` holds `Native.batchStride` numbers each: ticket, opcode (Read, Write,
   * Fsync, Fdatasync), fd, offset into the view, length, position, priority, and room for the result, which is
   * written back: the number or PENDING. views[i] belongs to operation i (undefined for syncs).
   */
  submit(count: number, batch: Float64Array, views: readonly (ArrayBufferView | undefined)[]): void;

  /** Asks for the operation's end: true when it will come back as −ECANCELED or as done; false when it cannot be interrupted. */
  cancel(ticket: number): boolean;
  /** Sends the batch of this turn down now. */
  flush(): void;
  /** uring: operations whose memory lies within one of these use registered buffers. 0 or −errno; −ENOTSUP elsewhere. */
  registerBuffers(views: readonly ArrayBufferView[]): number;
  registerFiles(fds: readonly number[]): number;
  /** operations × routes, see `Native.opcodes` and `Native.routes`, then the bytes read and written; filled into the given array. */
  counters(into: NativeCounters): void;
  /** Ends the engine; nothing may be in flight. Further calls return −EBADF. */
  destroy(): void;
}

export interface Native {
  /**
   * By descriptor: not 0 while it is the addon's to close with this JavaScript environment. `open` and `readFile` mark
   * what they give, and `close` takes the mark off. Whoever hands the descriptor to another owner takes it off too, and
   * in the very line before: the thread may be ended at each call of a function in JavaScript.
   */
  readonly unclaimed: Uint8Array;
  readonly PENDING: number;
  readonly HERE: number;
  readonly traits: TraitBits;
  readonly statFields: 18;
  readonly recordLength: 20;
  readonly batchStride: 8;
  readonly opcodes: readonly string[];
  readonly routes: readonly string[];
  /** Names of the steps of a job, see src/errors.ts. */
  readonly steps: readonly string[];
  /** 0, or −errno of the call that says why this kernel will not serve the backend. */
  probe(backend: NativeBackendName): number;
  /** An engine, or −errno of the set-up call that failed. */
  createEngine(options: NativeEngineOptions, onComplete: (count: number) => void): NativeEngine | number;
  /** Traits of an open descriptor, or −errno. */
  describe(fd: number): number;
  /** A zeroed Buffer whose first byte lies on a multiple of alignment (a power of two). */
  alignedBuffer(size: number, alignment: number): Buffer;
  /** Uninitialised memory that is kept warm; undefined where the runtime takes none from outside. At most 2 GiB. */
  warmMemory(size: number): ArrayBuffer | undefined;
  /** Detaches a view's memory, so that it serves again before garbage is collected; what is in flight keeps it until then. */
  giveBack(view: Uint8Array): void;
}
