/** What long text outside of JavaScript's heap weighs: as garbage, it may come to as much as the heap. */

import { v8 } from "../late-builtins";
import type { NativeEngine } from "../../../typings/native";
import type { Outcome } from "./outcome";

/** In code units. To look at the heap takes some µs, reading so much a thousand. */
const long = 4 * 1024 * 1024;

/** The same outcome; after a long text, the next one is weighed anew. */
export const weighed =
  <T>({ heapInUse }: Pick<NativeEngine, "heapInUse">, outcome: Outcome<T>): Outcome<T> =>
  (result, value) => {
    if (typeof value === "string" && value.length > long) heapInUse[0] = v8().getHeapStatistics().used_heap_size;
    return outcome(result, value);
  };
