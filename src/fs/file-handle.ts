/**
 * FileHandle: the running Node's own kind, with the engine under it. What is not overridden here (streams, readLines,
 * transfer to another thread, the warning when it is lost unclosed …) is inherited, and comes back through these methods.
 */

import type { Eventual, Result } from "../backends/engine";
import { systemError } from "../errors";
import { bigintOf, isPosition } from "./arguments";
import type { Descriptor } from "./descriptor";
import type { GenuineHandle, HandleInternals, NativeHandle } from "./genuine";
import { isReadSpan, readRequestOf } from "./read-request";
import { readFileRequestOf, readToEnd } from "./reading";
import { statsFrom } from "./stats";
import { lengthOf } from "./truncate";
import { isWriteSpan, writeRequestOf } from "./write-request";
import { writeAll, writeFileRequestOf } from "./writing";

export type FileHandleClass = new (native: NativeHandle, file: Descriptor) => GenuineHandle;

let descriptorIn: ((handle: object) => Descriptor | undefined) | undefined;

/** The open file of a handle of caio's making. */
export const descriptorOf = (handle: object): Descriptor | undefined => descriptorIn?.(handle);

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const isViews = (buffers: unknown): buffers is readonly ArrayBufferView[] =>
  Array.isArray(buffers) && buffers.every((buffer) => ArrayBuffer.isView(buffer));

/** Where readv and writev go; anything that is no number means the cursor. */
const vectorPositionOf = (position: unknown): number | undefined => {
  if (typeof position !== "number") return -1;
  return Number.isSafeInteger(position) && position >= -1 ? position : undefined;
};

let defined: FileHandleClass | undefined;

export const fileHandleClass = (internals: HandleInternals): FileHandleClass => (defined ??= define(internals));

function define(internals: HandleInternals): FileHandleClass {
  // Each with its own type: a symbol taken out of an object would be any symbol to the compiler.
  const kHandle: typeof internals.kHandle = internals.kHandle;
  const kFd: typeof internals.kFd = internals.kFd;
  const kRefs: typeof internals.kRefs = internals.kRefs;
  const kClosePromise: typeof internals.kClosePromise = internals.kClosePromise;
  const kRef: typeof internals.kRef = internals.kRef;
  const kUnref: typeof internals.kUnref = internals.kUnref;

  class FileHandle extends internals.Base {
    readonly #file: Descriptor;
    /** Who waits for close() while operations are in flight. */
    #waiting: Waiting | undefined;

    static {
      descriptorIn = (handle) => (#file in handle ? handle.#file : undefined);
    }

    constructor(native: NativeHandle, file: Descriptor) {
      super(native);
      this.#file = file;
      // Node's is an own property too: people take it off the handle and call it alone.
      this.close = () => {
        if (this[kFd] === -1) return Promise.resolve();
        if (this[kClosePromise]) return this[kClosePromise];
        this[kRefs]--;
        const closed = this[kRefs] === 0 ? this.#closeNow() : this.#closeLater();
        this.emit("close");
        return closed;
      };
    }

    /** Takes the descriptor from Node's object and closes it through the engine. */
    #release(): Eventual<Result> {
      this[kFd] = -1;
      this[kHandle].releaseFD();
      return this.#file.close();
    }

    #closeNow(): Promise<void> {
      const pending = this.#release();
      if (typeof pending !== "number") return (this[kClosePromise] = this.#settle(pending));
      return pending < 0 ? Promise.reject(systemError(pending, "close")) : Promise.resolve();
    }

    async #settle(pending: Eventual<Result>): Promise<void> {
      const result = await pending;
      this[kClosePromise] = undefined;
      if (result < 0) throw systemError(result, "close");
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

    /** Counts an operation, so that close() waits for its end. */
    async #counted<T>(pending: Promise<T>): Promise<T> {
      this[kRef]();
      try {
        return await pending;
      } finally {
        this[kUnref]();
      }
    }

    /**
     * read([buffer[, offset[, length[, position]]]]), read(buffer, options) or read(options).
     * The shape that is used a million times a second is checked in place; the others are brought to it.
     */
    override async read(buffer: unknown, offset: unknown, length: unknown, position: unknown): Promise<unknown> {
      if (!FileHandle.#serves(this)) return super.read(buffer, offset, length, position);
      let view = buffer;
      let begin = offset;
      let count = length;
      let at = position;
      if (!isReadSpan(view, begin, count) || !isPosition(at)) {
        const request = readRequestOf(buffer, offset, length, position);
        if (request.forOracle !== undefined) return super.read(...request.forOracle);
        ({ buffer: view, offset: begin, length: count, position: at } = request);
        if (count === 0) return { __proto__: null, bytesRead: 0, buffer: view };
      }
      const pending = this.#file.read(view as ArrayBufferView, begin as number, count as number, (at as number) ?? -1);
      let bytesRead = pending;
      if (typeof bytesRead !== "number") {
        this[kRefs]++;
        try {
          bytesRead = await bytesRead;
        } finally {
          this[kUnref]();
        }
      }
      if (bytesRead < 0) throw systemError(bytesRead, "read");
      return { __proto__: null, bytesRead, buffer: view };
    }

    /** readv(buffers[, position]) */
    override async readv(buffers: unknown, position: unknown): Promise<unknown> {
      const at = vectorPositionOf(position);
      // What readv(2) has to say to no buffers at all is the oracle's to report.
      if (!FileHandle.#serves(this) || !isViews(buffers) || buffers.length === 0 || at === undefined)
        return super.readv(buffers, position);
      const pending = this.#file.readv(buffers, at);
      const bytesRead = typeof pending === "number" ? pending : await this.#counted(pending);
      if (bytesRead < 0) throw systemError(bytesRead, "read");
      return { __proto__: null, bytesRead, buffers };
    }

    /** write(buffer[, offset[, length[, position]]]), write(buffer, options) or write(string[, position[, encoding]]). */
    override async write(buffer: unknown, offset: unknown, length: unknown, position: unknown): Promise<unknown> {
      if (!FileHandle.#serves(this)) return super.write(buffer, offset, length, position);
      let view = buffer;
      let begin = offset;
      let count = length;
      let at = position;
      if (!isWriteSpan(view, begin, count) || !isPosition(at)) {
        if ((buffer as { byteLength?: unknown } | null | undefined)?.byteLength === 0)
          return { __proto__: null, bytesWritten: 0, buffer };
        const request = writeRequestOf(buffer, offset, length, position);
        if (request === undefined) return super.write(buffer, offset, length, position);
        ({ view, offset: begin, length: count, position: at } = request);
      }
      const pending = this.#file.write(view as ArrayBufferView, begin as number, count as number, (at as number) ?? -1);
      let bytesWritten = pending;
      if (typeof bytesWritten !== "number") {
        this[kRefs]++;
        try {
          bytesWritten = await bytesWritten;
        } finally {
          this[kUnref]();
        }
      }
      if (bytesWritten < 0) throw systemError(bytesWritten, "write");
      return { __proto__: null, bytesWritten, buffer };
    }

    /** writev(buffers[, position]) */
    override async writev(buffers: unknown, position: unknown): Promise<unknown> {
      const at = vectorPositionOf(position);
      if (!FileHandle.#serves(this) || !isViews(buffers) || at === undefined) return super.writev(buffers, position);
      if (buffers.length === 0) return { __proto__: null, bytesWritten: 0, buffers };
      const pending = this.#file.writev(buffers, at);
      const bytesWritten = typeof pending === "number" ? pending : await this.#counted(pending);
      if (bytesWritten < 0) throw systemError(bytesWritten, "write");
      return { __proto__: null, bytesWritten, buffers };
    }

    /** stat([options]) */
    override async stat(options: unknown): Promise<unknown> {
      const bigint = bigintOf(options);
      if (!FileHandle.#serves(this) || bigint === undefined) return super.stat(options);
      const pending = this.#file.engine.fstat(this.#file.fd);
      const fields = pending instanceof Promise ? await this.#counted(pending) : pending;
      if (typeof fields === "number") throw systemError(fields, "fstat");
      return statsFrom(fields, bigint);
    }

    /** truncate([len]) */
    override async truncate(len: unknown = 0): Promise<unknown> {
      const length = lengthOf(len);
      if (!FileHandle.#serves(this) || length === undefined) return super.truncate(len);
      const pending = this.#file.engine.ftruncate(this.#file.fd, length);
      const result = typeof pending === "number" ? pending : await this.#counted(pending);
      if (result < 0) throw systemError(result, "ftruncate");
      return undefined;
    }

    /** sync(): fsync(2) */
    override async sync(): Promise<unknown> {
      if (!FileHandle.#serves(this)) return super.sync();
      const pending = this.#file.engine.fsync(this.#file.fd);
      const result = typeof pending === "number" ? pending : await this.#counted(pending);
      if (result < 0) throw systemError(result, "fsync");
      return undefined;
    }

    /** datasync(): fdatasync(2) */
    override async datasync(): Promise<unknown> {
      if (!FileHandle.#serves(this)) return super.datasync();
      const pending = this.#file.engine.fdatasync(this.#file.fd);
      const result = typeof pending === "number" ? pending : await this.#counted(pending);
      if (result < 0) throw systemError(result, "fdatasync");
      return undefined;
    }

    /** readFile([options]): from the cursor to the end. */
    override async readFile(options: unknown): Promise<unknown> {
      if (!FileHandle.#serves(this)) return super.readFile(options);
      const request = readFileRequestOf(options);
      if (request === undefined) return super.readFile(options);
      const content = await this.#counted(readToEnd(this.#file, request));
      return content ?? super.readFile(options);
    }

    /** writeFile(data[, options]): at the cursor; what is there already is not cut off. */
    override async writeFile(data: unknown, options: unknown): Promise<unknown> {
      if (!FileHandle.#serves(this)) return super.writeFile(data, options);
      const request = writeFileRequestOf(data, options, "w");
      if (request === undefined) return super.writeFile(data, options);
      await this.#counted(writeAll(this.#file, request));
      return undefined;
    }

    /** appendFile(data[, options]): the same as writeFile, as Node documents it. */
    override async appendFile(data: unknown, options: unknown): Promise<unknown> {
      if (!FileHandle.#serves(this)) return super.appendFile(data, options);
      const request = writeFileRequestOf(data, options, "a");
      if (request === undefined) return super.appendFile(data, options);
      await this.#counted(writeAll(this.#file, request));
      return undefined;
    }
  }
  return FileHandle;
}
