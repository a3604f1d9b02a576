/** What long text outside of JavaScript's heap weighs: as garbage, it may come to as much as the heap. */

import { v8 } from "../late-builtins";
import type { NativeEngine } from "../../../typings/native";
import type { Outcome } from "./outcome";

/** In code units. Shorter ones always lie in the heap (cpp/border/heap_pace.h). */
const long = 64 * 1024;
/** To look at the heap takes some µs, reading so much a thousand. */
const weighedAfter = 4 * 1024 * 1024;

/** The same outcome; after so much long text, what follows is weighed anew. */
export const weighed = <T>({ heapInUse }: Pick<NativeEngine, "heapInUse">, outcome: Outcome<T>): Outcome<T> => {
  let unweighed = 0;
  return (result, value) => {
    if (typeof value === "string" && value.length > long && (unweighed += value.length) >= weighedAfter) {
      unweighed = 0;
      heapInUse[0] = v8().getHeapStatistics().used_heap_size;
    }
    return outcome(result, value);
  };
};
