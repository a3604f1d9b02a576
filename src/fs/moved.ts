/**
 * What reads and writes resolve with: objects without a prototype, as in Node. Made by Object.create, which costs a
 * third of what a literal with `__proto__: null` does, on the functions that are called most.
 */

import { rejection, type Continuation } from "../backends/continuation";
import type { Result } from "../backends/engine";
import { systemError } from "../errors";

export interface BytesRead {
  bytesRead: number;
  buffer: unknown;
}

export interface BytesWritten {
  bytesWritten: number;
  buffer: unknown;
}

export function bytesReadInto(buffer: unknown, bytesRead: number): BytesRead {
  const moved = Object.create(null) as BytesRead;
  moved.bytesRead = bytesRead;
  moved.buffer = buffer;
  return moved;
}

export function bytesWrittenFrom(buffer: unknown, bytesWritten: number): BytesWritten {
  const moved = Object.create(null) as BytesWritten;
  moved.bytesWritten = bytesWritten;
  moved.buffer = buffer;
  return moved;
}

export interface VectorsRead {
  bytesRead: number;
  buffers: unknown;
}

export interface VectorsWritten {
  bytesWritten: number;
  buffers: unknown;
}

export function bytesReadIntoAll(buffers: unknown, bytesRead: number): VectorsRead {
  const moved = Object.create(null) as VectorsRead;
  moved.bytesRead = bytesRead;
  moved.buffers = buffers;
  return moved;
}

export function bytesWrittenFromAll(buffers: unknown, bytesWritten: number): VectorsWritten {
  const moved = Object.create(null) as VectorsWritten;
  moved.bytesWritten = bytesWritten;
  moved.buffers = buffers;
  return moved;
}

/** How one handle's reads or writes end, of one buffer and at a position. */
export class Ends implements Continuation<unknown> {
  /** @param letGo the handle has one operation less in flight */
  constructor(
    private readonly syscall: "read" | "write",
    private readonly shape: (view: ArrayBufferView, count: number) => unknown,
    private readonly letGo: () => void,
  ) {}

  settle(result: Result, view: ArrayBufferView): unknown {
    this.letGo();
    return result < 0 ? rejection(result, this.syscall) : this.shape(view, result);
  }

  /** What was never in flight. */
  atOnce(result: Result, view: ArrayBufferView): Promise<unknown> {
    return result < 0 ? Promise.reject(systemError(result, this.syscall)) : Promise.resolve(this.shape(view, result));
  }
}
