/** What a call asks for: checked when it is made, given its memory when it is submitted. */

import { alignedBuffer } from "../aligned-buffer";
import { invalidType } from "../argument-errors";
import type { ContextRequest } from "../backends/engine";
import { checkAttached, checkDescriptor, checkOffset, checkPayload, checkPriority, checkSize } from "./arguments";

export interface Prepared<T> {
  readonly request: ContextRequest;
  /** Nobody but us sees the memory before the operation ends. */
  readonly memoryIsOurs: boolean;
  /** @param result ≥ 0 */
  finish(result: number): T;
  /** Chooses memory that O_DIRECT takes, where the choice is ours: the request to make again, once. */
  realign?(): ContextRequest | undefined;
}

export interface Plan<T> {
  /** Bytes to move. */
  readonly nbytes: number;
  /** The caller's memory, or the bytes of the caller's string. */
  readonly payload: ArrayBufferView | undefined;
  readonly kind: ContextRequest["kind"];
  readonly prepare: () => Prepared<T>;
}

/** Covers the logical blocks of all common disks, and a page. */
const directAlignment = 4096;

/** Other lengths O_DIRECT refuses whatever the address. */
const smallestBlock = 512;

/** Exactly the bytes that were read, in an ArrayBuffer of their own: what was not read cannot be reached through it. */
function exactly(bytes: Buffer, count: number): Buffer {
  if (count === bytes.length && count === bytes.buffer.byteLength) return bytes;
  return Buffer.from(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + count));
}

class SizedRead implements Prepared<Buffer> {
  readonly memoryIsOurs = true;
  // Not zeroed: finish cuts off what the kernel has not filled.
  #memory: Buffer;
  #isAligned = false;

  constructor(private readonly given: Omit<ContextRequest, "view">) {
    this.#memory = Buffer.allocUnsafeSlow(given.length);
  }

  get request(): ContextRequest {
    return { ...this.given, view: this.#memory };
  }

  finish(count: number): Buffer {
    return exactly(this.#memory, count);
  }

  realign(): ContextRequest | undefined {
    if (this.#isAligned || this.given.length % smallestBlock !== 0) return undefined;
    this.#isAligned = true;
    this.#memory = alignedBuffer(this.given.length, directAlignment);
    return this.request;
  }
}

export function planSizedRead(nbytes: unknown, fd: unknown, offset: unknown, priority: unknown): Plan<Buffer> {
  if (typeof nbytes !== "number") throw invalidType("nbytes", "of type number or an instance of ArrayBufferView", nbytes);
  const length = checkSize(nbytes);
  const request = {
    kind: "read" as const, fd: checkDescriptor(fd), offset: 0, length,
    position: checkOffset(offset), priority: checkPriority(priority),
  };
  return { kind: "read", nbytes: length, payload: undefined, prepare: () => new SizedRead(request) };
}

const itself = (count: number): number => count;
const nothing = (): void => undefined;

function planTransfer(
  kind: "read" | "write", name: string, view: ArrayBufferView, fd: unknown, offset: unknown, priority: unknown, memoryIsOurs: boolean,
): Plan<number> {
  checkAttached(name, view);
  const length = view.byteLength;
  const request: ContextRequest = {
    kind, fd: checkDescriptor(fd), view, offset: 0, length, position: checkOffset(offset), priority: checkPriority(priority),
  };
  const prepare = (): Prepared<number> => {
    // It may have been transferred since.
    if (view.byteLength !== length) checkAttached(name, view);
    return { request: { ...request, length: Math.min(length, view.byteLength) }, memoryIsOurs, finish: itself };
  };
  return { kind, nbytes: length, payload: view, prepare };
}

export const planFill = (buffer: ArrayBufferView, fd: unknown, offset: unknown, priority: unknown): Plan<number> =>
  planTransfer("read", "buffer", buffer, fd, offset, priority, false);

export const planWrite = (payload: unknown, fd: unknown, offset: unknown, priority: unknown): Plan<number> =>
  planTransfer("write", "payload", checkPayload(payload), fd, offset, priority, typeof payload === "string");

export function planSync(kind: "fsync" | "fdatasync", fd: unknown, priority: unknown): Plan<void> {
  const request: ContextRequest = {
    kind, fd: checkDescriptor(fd), view: undefined, offset: 0, length: 0, position: 0, priority: checkPriority(priority),
  };
  return { kind, nbytes: 0, payload: undefined, prepare: () => ({ request, memoryIsOurs: true, finish: nothing }) };
}
