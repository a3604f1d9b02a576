/** What an AbortSignal does to one operation. */

import type { Result } from "../backends/engine";

/** Node keeps its own class to itself; name, code and cause are what its documentation promises. */
class AbortError extends Error {
  readonly code = "ABORT_ERR";
  override readonly name = "AbortError";

  constructor(signal: AbortSignal) {
    super("The operation was aborted", { cause: signal.reason });
  }
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortError(signal);
}

/**
 * The result, or an AbortError once the signal fires: at once if the memory is ours alone, otherwise when the kernel
 * has let go of the caller's.
 */
export function abortable(
  result: Promise<Result>, signal: AbortSignal, cancel: () => void, memoryIsOurs: boolean,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      if (memoryIsOurs) reject(new AbortError(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    void result.then((value) => {
      signal.removeEventListener("abort", onAbort);
      if (signal.aborted) reject(new AbortError(signal));
      else resolve(value);
    });
  });
}
