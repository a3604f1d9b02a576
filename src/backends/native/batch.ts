/** Context requests as the numbers that cross the border in one call. */

import type { Native } from "../../../typings/native";
import type { ContextRequest } from "../engine";

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
