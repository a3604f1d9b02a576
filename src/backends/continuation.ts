/**
 * What becomes of a transfer's result before its caller hears of it. Where the engine does that, its promise is the
 * caller's: a second one around it, and a function that waits, cost as much as reading 4 KiB.
 */

import { systemError } from "../errors";
import type { Eventual, Result, StatFields, StatShape } from "./engine";

export interface Continuation<T> {
  /**
   * Must not throw: see `rejection`.
   *
   * @param view which the transfer was asked for with
   */
  settle(result: Result, view: ArrayBufferView): T | Promise<T>;
}

/** How the reads or writes of one handle, or one context, end. */
export class Ends<T> implements Continuation<T> {
  /** @param onEnd there is one operation less in flight */
  constructor(
    readonly kind: "read" | "write",
    private readonly shape: (view: ArrayBufferView, count: number) => T,
    private readonly onEnd: () => void,
  ) {}

  settle(result: Result, view: ArrayBufferView): T | Promise<T> {
    this.onEnd();
    return result < 0 ? rejection(result, this.kind) : this.shape(view, result);
  }

  /** What was never in flight. */
  atOnce(result: Result, view: ArrayBufferView): Promise<T> {
    return result < 0 ? Promise.reject(systemError(result, this.kind)) : Promise.resolve(this.shape(view, result));
  }
}

/** For engines whose promises are made elsewhere. */
export function continued<T>(outcome: Eventual<Result>, continuation: Continuation<T>, view: ArrayBufferView): Result | Promise<T> {
  return typeof outcome === "number" ? outcome : outcome.then((result) => continuation.settle(result, view));
}

/** The same of stat's fields. */
export function shaped<T extends object>(outcome: Eventual<Result | StatFields>, shape: StatShape<T>): Eventual<Result | T> {
  const made = (fields: Result | StatFields): Result | T => (typeof fields === "number" ? fields : shape(fields));
  return outcome instanceof Promise ? outcome.then(made) : made(outcome);
}

const settled = Promise.resolve();

/**
 * For a promise to be resolved with. The error names who waits for that promise: V8 looks for them when the error is made,
 * and the promise asks to hear of this one in a microtask of its own.
 */
export async function rejection(result: Result, syscall: string): Promise<never> {
  await settled;
  await settled;
  throw systemError(result, syscall);
}
