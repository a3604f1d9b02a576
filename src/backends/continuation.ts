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
