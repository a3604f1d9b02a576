/** What an AbortSignal does to an operation of several steps. Nobody listens on it: it is looked at between the steps. */

import { setImmediate } from "../backends/event-loop";
import type { Signal } from "./arguments";

/** Node keeps its own class to itself; name and code are what its documentation promises. */
class AbortError extends Error {
  readonly code = "ABORT_ERR";
  override readonly name = "AbortError";

  constructor(signal: Signal) {
    super("The operation was aborted", { cause: (signal as AbortSignal).reason });
  }
}

export const throwIfAborted = (signal: Signal | undefined): void => {
  if (signal?.aborted) throw new AbortError(signal);
};

/** An engine may finish at once, before the caller had a chance to abort: with a signal, the loop goes round first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
