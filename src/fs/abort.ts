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

let turn: Promise<void> | undefined;

/** For all who wait in this turn of the loop the same: what they ask for next then goes to the engine together. */
const nextTurn = (): Promise<void> =>
  (turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  }));

/** An engine may finish at once, before the caller had a chance to abort: the loop goes round first. */
export async function rejectIfAborted(signal: Signal): Promise<void> {
  await nextTurn();
  throwIfAborted(signal);
}
