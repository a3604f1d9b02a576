/**
 * FileHandle: the running Node's own kind, with the engine under it. What is not overridden here (streams, readLines,
 * transfer to another thread, the warning when it is lost unclosed …) is inherited, and comes back through these methods.
 */

import { Ends } from "../backends/continuation";
import type { Eventual, Result } from "../backends/engine";
import { systemError } from "../errors";
import { bigintOf, isPlace, isPosition } from "./arguments";
import { idOf, permissionsOf, secondsOf } from "./attributes";
import type { Descriptor } from "./descriptor";
import type { GenuineHandle, HandleInternals, NativeHandle } from "./genuine";
import { bytesReadInto, bytesReadIntoAll, bytesWrittenFrom, bytesWrittenFromAll, type BytesRead, type BytesWritten } from "./moved";
import { isReadSpan, readRequestOf } from "./read-request";
import { readFileRequestOf, readToEnd } from "./reading";
import { statsFrom } from "./stats";
import { lengthOf } from "./truncate";
import { isViews, vectorPositionOf } from "./vector-request";
import type { Encoded } from "./warm-memory";
import { isWriteSpan, writeRequestOf } from "./write-request";
import { writeAll, writeFileRequestOf } from "./writing";

export type FileHandleClass = new (native: NativeHandle, file: Descriptor) => GenuineHandle;

type DescriptorIn = (handle: object) => Descriptor | undefined;

/** One for each kind of handle below. */
const descriptorIn: DescriptorIn[] = [];

/** The open file of a handle of caio's making. */
export const descriptorOf: DescriptorIn = (handle) => {
  for (const look of descriptorIn) {
    const file = look(handle);
    if (file !== undefined) return file;
  }
  return undefined;
};

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const defined = new Map<HandleInternals["Base"], FileHandleClass>();

export function fileHandleClass(internals: HandleInternals): FileHandleClass {
  let made = defined.get(internals.Base);
  if (made === undefined) defined.set(internals.Base, (made = define(internals)));
  return made;
}

function define(internals: HandleInternals): FileHandleClass {
  // Each with its own type: a symbol taken out of an object would be any symbol to the compiler.
  const { Base } = internals;
  const kHandle: typeof internals.kHandle = internals.kHandle;
  const kFd: typeof internals.kFd = internals.kFd;
  const kRefs: typeof internals.kRefs = internals.kRefs;
  const kClosePromise: typeof internals.kClosePromise = internals.kClosePromise;
  const kRef: typeof internals.kRef = internals.kRef;
  const kUnref: typeof internals.kUnref = internals.kUnref;

  class FileHandle extends Base {
    readonly #file: Descriptor;
    /** Who waits for close() while operations are in flight. */
    #waiting: Waiting | undefined;

    static {
      descriptorIn.push((handle) => (#file in handle ? handle.#file : undefined));
    }

    constructor(native: NativeHandle, file: Descriptor) {
      super(native);
      this.#file = file;
      // Node's is an own property too: people take it off the handle and call it alone.
      const close = (): Promise<void> => {
        if (this[kFd] === -1) return Promise.resolve();
        if (this[kClosePromise]) return this[kClosePromise];
        this[kRefs]--;
        const closed = this[kRefs] === 0 ? this.#closeNow() : this.#closeLater();
        this.emit("close");
        return closed;
      };
      this.close = close;
    }

    /** Takes the descriptor from Node's object and closes it through the engine. */
    #release(): Eventual<Result> {
      const { engine, fd } = this.#file;
      this[kFd] = -1;
      engine.unclaimed[fd] = 1;
      this[kHandle].releaseFD();
      return engine.close(fd, this.#file.traits);
    }

    #closeNow(): Promise<void> {
      return (this[kClosePromise] = this.#settle(this.#release()));
    }

    #settle(pending: Eventual<Result>): Promise<void> {
      return Promise.resolve(pending).then((result) => {
        this[kClosePromise] = undefined;
        if (result < 0) throw systemError(result, "close");
      });
    }

    #closeLater(): Promise<void> {
      return (this[kClosePromise] = new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
      }));
    }

    override [kRef](): void {
      this[kRefs]++;
    }

    override [kUnref](): void {
      this[kRefs]--;
      if (this[kRefs] !== 0 || this.#waiting === undefined) return;
      const { resolve, reject } = this.#waiting;
      this.#settle(this.#release()).then(resolve, reject);
    }

    /** Whether the engine can serve: a handle of caio's making that is open. Node knows what to say to all others. */
    static #serves(handle: unknown): boolean {
      return typeof handle === "object" && handle !== null && #file in handle && handle[kFd] !== -1;
    }

    /** Whether hits are counted that ended in this turn of the microtask queue. */
    #hit = false;

    #afterHits: (() => void) | undefined;

    /** A hit has ended, but its promise has not settled yet: until then close() finds it in flight, as in Node. */
    #countHit(): void {
      if (this.#hit) return;
      this.#hit = true;
      this[kRefs]++;
      this.#afterHits ??= (): void => {
        this.#hit = false;
        this[kUnref]();
      };
      this.#file.whenHeard(this.#afterHits);
    }

    #hitWith<T>(result: T): T {
      this.#countHit();
      return result;
    }

    // Made when they are first needed: most handles do not live long.
    #reads: Ends<BytesRead> | undefined;
    #writes: Ends<BytesWritten> | undefined;

    /** What the caller gets: of what ended at once, its outcome; else the handle has one more operation in flight. */
    #answer<T>(ends: Ends<T>, moved: Result | Promise<T>, view: ArrayBufferView): Promise<T> {
      if (typeof moved === "number") return ends.atOnce(this.#hitWith(moved), view);
      this[kRefs]++;
      return moved;
    }

    /** Counts an operation, so that close() waits for its end. */
    async #counted<T>(pending: Promise<T>): Promise<T> {
      this[kRef]();
      try {
        return await pending;
      } finally {
        this[kUnref]();
      }
    }

    /** What the caller gets of an operation that has no result but its end. */
    async #done(pending: Eventual<Result>, syscall: string): Promise<void> {
      const result = typeof pending === "number" ? this.#hitWith(pending) : await this.#counted(pending);
      if (result < 0) throw systemError(result, syscall);
    }

    /**
     * read([buffer[, offset[, length[, position]]]]), read(buffer, options) or read(options).
     * The shape that is used a million times a second, with a buffer and a position, has one promise and no function that waits.
     */
    override read(buffer: unknown, offset: unknown, length: unknown, position: unknown): Promise<unknown> {
      if (isPlace(position) && FileHandle.#serves(this) && isReadSpan(buffer, offset, length))
        return this.#readAt(buffer as ArrayBufferView, offset as number, length as number, position);
      return FileHandle.#read(this, buffer, offset, length, position);
    }

    #readAt(view: ArrayBufferView, offset: number, length: number, position: number): Promise<unknown> {
      this.#reads ??= new Ends("read", bytesReadInto, () => this[kUnref]());
      return this.#answer(this.#reads, this.#file.readThen(this.#reads, view, offset, length, position), view);
    }

    static async #read(handle: FileHandle, buffer: unknown, offset: unknown, length: unknown, position: unknown): Promise<unknown> {
      if (!FileHandle.#serves(handle)) return Base.prototype.read.call(handle, buffer, offset, length, position);
      let view = buffer;
      let begin = offset;
      let count = length;
      let at = position;
      if (!isReadSpan(view, begin, count) || !isPosition(at)) {
        const request = readRequestOf(buffer, offset, length, position);
        if (request.forOracle !== undefined) return Base.prototype.read.call(handle, ...request.forOracle);
        ({ buffer: view, offset: begin, length: count, position: at } = request);
        if (count === 0) return bytesReadInto(view, count);
      }
      const pending = handle.#file.read(view as ArrayBufferView, begin as number, count as number, (at as number) ?? -1);
      let bytesRead = pending;
      if (typeof bytesRead === "number") {
        handle.#countHit();
      } else {
        handle[kRefs]++;
        try {
          bytesRead = await bytesRead;
        } finally {
          handle[kUnref]();
        }
      }
      if (bytesRead < 0) throw systemError(bytesRead, "read");
      return bytesReadInto(view, bytesRead);
    }

    /** readv(buffers[, position]) */
    override readv(buffers: unknown, position: unknown): Promise<unknown> {
      return FileHandle.#readv(this, buffers, position);
    }

    static async #readv(handle: FileHandle, buffers: unknown, position: unknown): Promise<unknown> {
      const at = vectorPositionOf(position);
      // What readv(2) has to say to no buffers at all is the oracle's to report.
      if (!FileHandle.#serves(handle) || !isViews(buffers) || buffers.length === 0 || at === undefined)
        return Base.prototype.readv.call(handle, buffers, position);
      const pending = handle.#file.readv(buffers, at);
      const bytesRead = typeof pending === "number" ? handle.#hitWith(pending) : await handle.#counted(pending);
      if (bytesRead < 0) throw systemError(bytesRead, "read");
      return bytesReadIntoAll(buffers, bytesRead);
    }

    /** write(buffer[, offset[, length[, position]]]), write(buffer, options) or write(string[, position[, encoding]]). */
    override write(buffer: unknown, offset: unknown, length: unknown, position: unknown): Promise<unknown> {
      if (isPlace(position) && FileHandle.#serves(this) && isWriteSpan(buffer, offset, length))
        return this.#writeAt(buffer as ArrayBufferView, offset as number, length as number, position);
      return FileHandle.#write(this, buffer, offset, length, position);
    }

    #writeAt(view: ArrayBufferView, offset: number, length: number, position: number): Promise<unknown> {
      this.#writes ??= new Ends("write", bytesWrittenFrom, () => this[kUnref]());
      return this.#answer(this.#writes, this.#file.writeThen(this.#writes, view, offset, length, position), view);
    }

    static async #write(handle: FileHandle, buffer: unknown, offset: unknown, length: unknown, position: unknown): Promise<unknown> {
      if (!FileHandle.#serves(handle)) return Base.prototype.write.call(handle, buffer, offset, length, position);
      let view = buffer;
      let begin = offset;
      let count = length;
      let at = position;
      let lent: Encoded | undefined;
      if (!isWriteSpan(view, begin, count) || !isPosition(at)) {
        if ((buffer as { byteLength?: unknown } | null | undefined)?.byteLength === 0)
          return bytesWrittenFrom(buffer, 0);
        const request = writeRequestOf(handle.#file.engine, buffer, offset, length, position);
        if (request === undefined) return Base.prototype.write.call(handle, buffer, offset, length, position);
        ({ view, offset: begin, length: count, position: at, lent } = request);
      }
      const pending = handle.#file.write(view as ArrayBufferView, begin as number, count as number, (at as number) ?? -1);
      let bytesWritten = pending;
      if (typeof bytesWritten === "number") {
        handle.#countHit();
      } else {
        handle[kRefs]++;
        try {
          bytesWritten = await bytesWritten;
        } finally {
          handle[kUnref]();
        }
      }
      lent?.giveBack();
      if (bytesWritten < 0) throw systemError(bytesWritten, "write");
      return bytesWrittenFrom(buffer, bytesWritten);
    }

    /** writev(buffers[, position]) */
    override writev(buffers: unknown, position: unknown): Promise<unknown> {
      return FileHandle.#writev(this, buffers, position);
    }

    static async #writev(handle: FileHandle, buffers: unknown, position: unknown): Promise<unknown> {
      const at = vectorPositionOf(position);
      if (!FileHandle.#serves(handle) || !isViews(buffers) || at === undefined) return Base.prototype.writev.call(handle, buffers, position);
      if (buffers.length === 0) return bytesWrittenFromAll(buffers, 0);
      const pending = handle.#file.writev(buffers, at);
      const bytesWritten = typeof pending === "number" ? handle.#hitWith(pending) : await handle.#counted(pending);
      if (bytesWritten < 0) throw systemError(bytesWritten, "write");
      return bytesWrittenFromAll(buffers, bytesWritten);
    }

    /** stat([options]) */
    override stat(options: unknown): Promise<unknown> {
      return FileHandle.#stat(this, options);
    }

    static async #stat(handle: FileHandle, options: unknown): Promise<unknown> {
      const bigint = bigintOf(options);
      if (!FileHandle.#serves(handle) || bigint === undefined) return Base.prototype.stat.call(handle, options);
      const pending = handle.#file.engine.fstat(handle.#file.fd);
      const fields = pending instanceof Promise ? await handle.#counted(pending) : handle.#hitWith(pending);
      if (typeof fields === "number") throw systemError(fields, "fstat");
      return statsFrom(fields, bigint);
    }

    /** truncate([len]) */
    override truncate(len: unknown = 0): Promise<unknown> {
      const length = lengthOf(len);
      if (!FileHandle.#serves(this) || length === undefined) return Base.prototype.truncate.call(this, len);
      return this.#done(this.#file.truncate(length), "ftruncate");
    }

    /** sync(): fsync(2) */
    override sync(): Promise<unknown> {
      if (!FileHandle.#serves(this)) return Base.prototype.sync.call(this);
      const { engine, fd } = this.#file;
      return this.#done(engine.fsync(fd), "fsync");
    }

    /** datasync(): fdatasync(2) */
    override datasync(): Promise<unknown> {
      if (!FileHandle.#serves(this)) return Base.prototype.datasync.call(this);
      const { engine, fd } = this.#file;
      return this.#done(engine.fdatasync(fd), "fdatasync");
    }

    /** chmod(mode) */
    override chmod(mode: unknown): Promise<unknown> {
      const permissions = permissionsOf(mode);
      if (!FileHandle.#serves(this) || permissions === undefined) return Base.prototype.chmod.call(this, mode);
      const { engine, fd } = this.#file;
      return this.#done(engine.fchmod(fd, permissions), "fchmod");
    }

    /** chown(uid, gid) */
    override chown(uid: unknown, gid: unknown): Promise<unknown> {
      const user = idOf(uid);
      const group = idOf(gid);
      if (!FileHandle.#serves(this) || user === undefined || group === undefined) return Base.prototype.chown.call(this, uid, gid);
      const { engine, fd } = this.#file;
      return this.#done(engine.fchown(fd, user, group), "fchown");
    }

    /** utimes(atime, mtime) */
    override utimes(atime: unknown, mtime: unknown): Promise<unknown> {
      const accessed = secondsOf(atime);
      const modified = secondsOf(mtime);
      if (!FileHandle.#serves(this) || accessed === undefined || modified === undefined) return Base.prototype.utimes.call(this, atime, mtime);
      const { engine, fd } = this.#file;
      return this.#done(engine.futimes(fd, accessed, modified), "futime");
    }

    /** readFile([options]): from the cursor to the end. */
    override readFile(options: unknown): Promise<unknown> {
      return FileHandle.#readFile(this, options);
    }

    static async #readFile(handle: FileHandle, options: unknown): Promise<unknown> {
      if (!FileHandle.#serves(handle)) return Base.prototype.readFile.call(handle, options);
      const request = readFileRequestOf(options);
      if (request === undefined) return Base.prototype.readFile.call(handle, options);
      const content = await handle.#counted(readToEnd(handle.#file, request));
      return content ?? Base.prototype.readFile.call(handle, options);
    }

    /** writeFile(data[, options]): at the cursor; what is there already is not cut off. */
    override writeFile(data: unknown, options: unknown): Promise<unknown> {
      return FileHandle.#writeWhole(this, "writeFile", data, options);
    }

    /** appendFile(data[, options]): the same as writeFile, as Node documents it. */
    override appendFile(data: unknown, options: unknown): Promise<unknown> {
      return FileHandle.#writeWhole(this, "appendFile", data, options);
    }

    static async #writeWhole(handle: FileHandle, name: "writeFile" | "appendFile", data: unknown, options: unknown): Promise<unknown> {
      if (!FileHandle.#serves(handle)) return Base.prototype[name].call(handle, data, options);
      const request = writeFileRequestOf(() => handle.#file.engine, data, options);
      if (request === undefined) return Base.prototype[name].call(handle, data, options);
      try {
        await handle.#counted(writeAll(handle.#file, request));
      } finally {
        request.lent?.giveBack();
      }
      return undefined;
    }
  }
  return FileHandle;
}
