/**
 * What open() makes its handles of where descriptors are not the process's but a module's, such as memfs: Node's own
 * FileHandle would close a real descriptor of the same number when it is lost. file-handle.ts puts the engine upon it;
 * here is the rest of what Node's FileHandle does, and the answers to arguments that are out of the common shape.
 */

import { AsyncResource } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { createReadStream, createWriteStream, type ReadStream, type WriteStream } from "node:fs";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { ReadableStream, type ReadableByteStreamController } from "node:stream/web";
import { asyncDispose } from "../async-dispose";
import { errnoNamed } from "../backends/errno";
import { systemError } from "../errors";
import type { HandleInternals, NativeHandle } from "./genuine";
import { oracle } from "./oracle";

/** Owns nothing: a descriptor of a module is closed through the engine, or never. */
class NoNativeHandle implements NativeHandle {
  constructor(readonly fd: number) {}

  releaseFD(): number {
    return this.fd;
  }
}

const kHandle = Symbol("kHandle");
const kFd = Symbol("kFd");
const kRefs = Symbol("kRefs");
const kClosePromise = Symbol("kClosePromise");
const kRef = Symbol("kRef");
const kUnref = Symbol("kUnref");

type Method = (...args: unknown[]) => Promise<unknown>;
type Methods = Readonly<Record<string, Method>>;

type Callback = (error: unknown, count?: number, buffer?: unknown) => void;

interface Counted {
  readonly buffer?: unknown;
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
}

/**
 * Node says what is wrong with the arguments, on a handle of its own. If nothing is, nobody can serve; and since Node may
 * then have done what was asked, the handle is that of a file without a name, which is nobody's.
 */
async function refuse(name: string, args: unknown[], closed: boolean): Promise<never> {
  const nameless = join(tmpdir(), `caio-${randomUUID()}`);
  const sample = (await oracle.open(nameless, "wx+", 0o600)) as Methods & { close(): Promise<void> };
  try {
    await oracle.unlink(nameless);
    if (closed) await sample.close();
    await sample[name]?.(...args);
  } finally {
    await sample.close();
  }
  throw systemError(errnoNamed("ENOSYS"), name);
}

const read = (handle: Methods, view: unknown, length: unknown, position: unknown): Promise<Counted> =>
  handle["read"]?.(view, 0, length, position ?? null) as Promise<Counted>;

/** What fs.ReadStream and fs.WriteStream ask of a descriptor, through the handle's methods. */
function streamFunctions(handle: Methods): object {
  const settle = (pending: Promise<unknown> | undefined, done: Callback): void => {
    Promise.resolve(pending).then((result) => {
      const { bytesRead, bytesWritten, buffer } = (result ?? {}) as Counted;
      done(null, bytesRead ?? bytesWritten, buffer);
    }, done);
  };
  return {
    open: (_path: unknown, _flags: unknown, _mode: unknown, done: Callback) => done(systemError(errnoNamed("ENOSYS"), "open")),
    read: (_fd: number, view: unknown, _offset: number, length: number, position: unknown, done: Callback) =>
      settle(read(handle, view, length, position), done),
    write: (_fd: number, view: unknown, offset: number, length: number, position: unknown, done: Callback) =>
      settle(handle["write"]?.(view, offset, length, position ?? null), done),
    writev: (_fd: number, views: unknown, position: unknown, done: Callback) => settle(handle["writev"]?.(views, position), done),
    fsync: (_fd: number, done: Callback) => settle(handle["sync"]?.(), done),
    close: (_fd: number, done: Callback) => settle(handle["close"]?.(), done),
  };
}

const pieceSize = 16 * 1024;

class OwnHandle extends EventEmitter {
  [kHandle]: NativeHandle;
  [kFd]: number;
  [kRefs] = 1;
  [kClosePromise]: Promise<void> | undefined | null = null;
  readonly #resource = new AsyncResource("FILEHANDLE");

  constructor(native: NativeHandle) {
    super();
    this[kHandle] = native;
    this[kFd] = native.fd;
    // As in Node, what a handle prints like is the events' business, not the fields'.
    for (const field of [kHandle, kFd, kRefs, kClosePromise]) Object.defineProperty(this, field, { enumerable: false });
  }

  get fd(): number {
    return this[kFd];
  }

  getAsyncId(): number {
    return this.#resource.asyncId();
  }

  get #methods(): Methods {
    return this as unknown as Methods;
  }

  createReadStream(options?: object): ReadStream {
    const stream = createReadStream("", { ...options, fd: this.fd, fs: streamFunctions(this.#methods) } as object);
    this.once("close", () => stream.destroy());
    return stream;
  }

  createWriteStream(options?: object): WriteStream {
    const stream = createWriteStream("", { ...options, fd: this.fd, fs: streamFunctions(this.#methods) } as object);
    this.once("close", () => stream.destroy());
    return stream;
  }

  readLines(options?: object): Interface {
    return createInterface({ input: this.createReadStream(options), crlfDelay: Infinity });
  }

  readableWebStream({ autoClose = false } = {}): ReadableStream {
    const handle = this.#methods;
    const close = async (): Promise<void> => {
      if (autoClose) await handle["close"]?.();
    };
    return new ReadableStream({
      type: "bytes",
      autoAllocateChunkSize: pieceSize,
      async pull(controller: ReadableByteStreamController) {
        const request = controller.byobRequest;
        const view = request?.view as ArrayBufferView;
        const { bytesRead = 0 } = await read(handle, view, view.byteLength, null);
        if (bytesRead === 0) {
          controller.close();
          await close();
        }
        request?.respond(bytesRead);
      },
      cancel: close,
    });
  }

  [asyncDispose](): Promise<unknown> {
    return Promise.resolve(this.#methods["close"]?.());
  }
}

const refused = [
  "appendFile", "chmod", "chown", "datasync", "read", "readFile", "readv", "stat", "sync", "truncate", "utimes", "write",
  "writeFile", "writev",
];

for (const name of refused) {
  Object.defineProperty(OwnHandle.prototype, name, {
    value: async function (this: OwnHandle, ...args: unknown[]) {
      return refuse(name, args, this[kFd] === -1);
    },
    writable: true,
    configurable: true,
  });
}

const internals = { Base: OwnHandle, Native: NoNativeHandle, kHandle, kFd, kRefs, kClosePromise, kRef, kUnref };

export const ownHandleInternals = (): HandleInternals => internals as unknown as HandleInternals;
