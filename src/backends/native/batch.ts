/** Context requests on their way over the border: one by a call of its kind, several as numbers in one call. */

import type { Native, NativeEngine } from "../../../typings/native";
import { traits, type ContextRequest } from "../engine";

const empty = new Uint8Array(0);

/** Its result, or PENDING. */
export function sendAlone(native: NativeEngine, ticket: number, request: ContextRequest): number {
  const { kind, fd, view, offset, length, position, priority } = request;
  switch (kind) {
    case "read":
      return native.read(ticket, fd, view ?? empty, offset, length, position, traits.UNKNOWN, priority);
    case "write":
      return native.write(ticket, fd, view ?? empty, offset, length, position, traits.UNKNOWN, priority);
    case "fsync":
      return native.fsync(ticket, fd, priority);
    case "fdatasync":
      return native.fdatasync(ticket, fd, priority);
  }
}

export class Batch {
  numbers = new Float64Array(0);
  readonly #stride: number;
  readonly #opcodes: ReadonlyMap<ContextRequest["kind"], number>;

  constructor(native: Native) {
    this.#stride = native.batchStride;
    this.#opcodes = new Map(
      (["read", "write", "fsync", "fdatasync"] as const).map((kind) => [kind, native.opcodes.indexOf(kind)]),
    );
  }

  reserve(count: number): void {
    if (this.numbers.length < count * this.#stride) this.numbers = new Float64Array(count * this.#stride);
  }

  put(index: number, ticket: number, request: ContextRequest): void {
    const at = index * this.#stride;
    const { numbers } = this;
    numbers[at] = ticket;
    numbers[at + 1] = this.#opcodes.get(request.kind) ?? -1;
    numbers[at + 2] = request.fd;
    numbers[at + 3] = request.offset;
    numbers[at + 4] = request.length;
    numbers[at + 5] = request.position;
    numbers[at + 6] = request.priority;
    numbers[at + 7] = 0;
  }

  result(index: number): number {
    return this.numbers[index * this.#stride + 7] ?? 0;
  }
}
