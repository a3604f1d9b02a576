/**
 * What open() makes its handles of where Node's own FileHandle is not to be had, or would not do: descriptors of a module
 * such as memfs are not the process's, and Node would close a real one of the same number when the handle is lost.
 * file-handle.ts puts the engine upon it; here is the rest of what Node's FileHandle does, and the answers to arguments
 * that are out of the common shape.
 */

import { AsyncResource } from "node:async_hooks";
import { EventEmitter } from "node:events";
import type { ReadStream, WriteStream } from "node:fs";
import type { Interface } from "node:readline";
import { isDeepStrictEqual } from "node:util";
import type { ReadableByteStreamController, ReadableStream } from "node:stream/web";
import { asyncDispose } from "../async-dispose";
import { errnoNamed } from "../backends/errno";
import { readline, webStreams } from "../backends/late-builtins";
import { nodeFs } from "../backends/node-fs";
import { systemError } from "../errors";
import type { HandleInternals, NativeHandle } from "./genuine";
import { nodeMajor } from "./oracle";
import { onSample, type SampleHandle } from "./sample";

/** Owns nothing: a descriptor of a module is closed through the engine, or never. */
class NoNativeHandle implements NativeHandle {
  constructor(readonly fd: number) {}

  releaseFD(): number {
    return this.fd;
  }
}

/** What Node does about handles that nobody holds any more. */
const lost = new FinalizationRegistry<number>((fd) => {
  process.emitWarning(`Closing file descriptor ${fd} on garbage collection`);
  // Nobody is left to hear of a failure.
  nodeFs.close(fd, () => undefined);
});

/** Owns a descriptor of the process, as Node's does. */
class NoLostHandle extends NoNativeHandle {
  constructor(fd: number) {
    super(fd);
    lost.register(this, fd, this);
  }

  override releaseFD(): number {
    lost.unregister(this);
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

const isBare = (options: unknown): options is Readonly<Record<string, unknown>> => typeof options === "object" && options !== null;

/** What Node takes for the cursor although it is no position. */
const positionOf = (position: unknown): number | null => {
  if (typeof position === "bigint" && nodeMajor >= 22) return Number(position);
  return typeof position === "number" && Number.isSafeInteger(position) && position >= 0 ? position : null;
};

const withoutFlags = ([data, options]: unknown[]): unknown[] => {
  if (!isBare(options)) return [data, options];
  const { encoding, signal } = options;
  return [data, { encoding, signal }];
};

/** Arguments that Node takes → the same in the common shape, where Node takes notice of less than it was given. */
const commonShape: Readonly<Record<string, (args: unknown[]) => unknown[]>> = {
  appendFile: withoutFlags,
  read: ([buffer, offset, length, position]) =>
    ArrayBuffer.isView(buffer) && !isBare(offset) ? [buffer, offset ?? 0, length ?? undefined, positionOf(position)] : [buffer, offset, length, position],
  stat: ([options]) => [{ bigint: isBare(options) && options["bigint"] === true }],
  write: ([data, second, third, fourth]) => {
    if (typeof data === "string") return [data, positionOf(second), typeof third === "string" && Buffer.isEncoding(third) ? third : "utf8"];
    return isBare(second) ? [data, second, third, fourth] : [data, second, third, positionOf(fourth)];
  },
  writeFile: withoutFlags,
};

/** What Node says may depend on the file's size, too: readFile has a limit. */
async function sizeLike(handle: Methods, sample: SampleHandle): Promise<void> {
  const { size } = (await handle["stat"]?.()) as { size: number };
  await sample["truncate"]?.(size);
}

/** Node says what is wrong with the arguments. If nothing is, they are brought to the common shape; else nobody can serve. */
async function refuse(name: string, handle: unknown, args: unknown[]): Promise<unknown> {
  const isOurs = handle instanceof OwnHandle;
  await onSample(async (sample) => {
    if (isOurs && handle.fd === -1) await sample.close();
    else if (isOurs && name === "readFile") await sizeLike(handle as unknown as Methods, sample);
    await sample[name]?.apply(isOurs ? sample : handle, args);
  });
  const common = commonShape[name]?.(args) ?? args;
  if (!isOurs || isDeepStrictEqual(common, args)) throw systemError(errnoNamed("ENOSYS"), name);
  return (handle as unknown as Methods)[name]?.(...common);
}

/** Node's error for what is no longer there or in use. */
function invalidState(what: string): Error {
  const code = "ERR_INVALID_STATE";
  const error = new Error(`Invalid state: The FileHandle is ${what}`);
  // Node's stacks begin with the code, its errors' names do not.
  error.name = `Error [${code}]`;
  Error.captureStackTrace(error, invalidState);
  // Written down when it is first asked for.
  Reflect.get(error, "stack");
  Reflect.deleteProperty(error, "name");
  return Object.assign(error, { code });
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
  #isLocked = false;
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

  createReadStream(options: object | undefined = undefined): ReadStream {
    const stream = nodeFs.createReadStream("", { ...options, fd: this.fd, fs: streamFunctions(this.#methods) } as object);
    this.once("close", () => stream.destroy());
    return stream;
  }

  createWriteStream(options: object | undefined = undefined): WriteStream {
    const stream = nodeFs.createWriteStream("", { ...options, fd: this.fd, fs: streamFunctions(this.#methods) } as object);
    this.once("close", () => stream.destroy());
    return stream;
  }

  readLines(options: object | undefined = undefined): Interface {
    return readline().createInterface({ input: this.createReadStream(options), crlfDelay: Infinity });
  }

  readableWebStream({ autoClose = false } = {}): ReadableStream {
    if (this.fd === -1) throw invalidState("closed");
    if (this[kClosePromise]) throw invalidState("closing");
    if (this.#isLocked) throw invalidState("locked");
    this.#isLocked = true;
    const handle = this.#methods;
    const close = async (): Promise<void> => {
      if (autoClose) await handle["close"]?.();
    };
    const { ReadableStream } = webStreams();
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

  async [asyncDispose](): Promise<void> {
    await this.#methods["close"]?.();
  }
}

const refused = [
  "appendFile", "chmod", "chown", "datasync", "read", "readFile", "readv", "stat", "sync", "truncate", "utimes", "write",
  "writeFile", "writev",
];

for (const name of refused) {
  Object.defineProperty(OwnHandle.prototype, name, {
    value: async function (this: unknown, ...args: unknown[]) {
      return refuse(name, this, args);
    },
    writable: true,
    configurable: true,
  });
}

const fields = { Base: OwnHandle, kHandle, kFd, kRefs, kClosePromise, kRef, kUnref };

/** For descriptors of the process. */
export const ownHandleInternals = { ...fields, Native: NoLostHandle } as unknown as HandleInternals;

/** For those of a module. */
export const moduleHandleInternals = { ...fields, Native: NoNativeHandle } as unknown as HandleInternals;
