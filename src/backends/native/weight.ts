/** What long text outside of JavaScript's heap weighs: as garbage, it may come to as much as the heap. */

import { v8 } from "../late-builtins";
import type { NativeEngine } from "../../../typings/native";
import type { Outcome } from "./outcome";

/** In code units. To look at the heap takes some µs, reading so much a thousand. */
const weighedAfter = 4 * 1024 * 1024;

export class TextWeight {
  readonly #heapInUse: Float64Array;
  #unweighed = 0;

  constructor({ heapInUse }: Pick<NativeEngine, "heapInUse">) {
    this.#heapInUse = heapInUse;
  }

  /** After so much text, what follows is weighed anew. */
  note(value: unknown): void {
    if (typeof value !== "string" || (this.#unweighed += value.length) < weighedAfter) return;
    this.#unweighed = 0;
    this.#heapInUse[0] = v8().getHeapStatistics().used_heap_size;
  }

  /** The same outcome, noted. */
  noted<T>(outcome: Outcome<T>): Outcome<T> {
    return (result, value) => {
      this.note(value);
      return outcome(result, value);
    };
  }
}
