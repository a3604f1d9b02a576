/** One call of a node:fs-shaped module as one step: a promise of its value or of −errno, which never rejects. */

import type { Done, DoneWith, Failure } from "../file-system-shape";
import type { Result } from "../engine";
import { errnoNamed } from "../errno";
import { steps } from "../../errors";

/** −errno of what a module of this shape threw or passed to its callback. */
export function resultOf(error: unknown): Result {
  if (typeof error !== "object" || error === null) return errnoNamed("EIO");
  const { errno, code, name } = error as NonNullable<Failure>;
  // fs.rm's SystemError carries a positive errno, everything else a negative one.
  if (typeof errno === "number" && errno !== 0) return -Math.abs(errno);
  if (typeof code !== "string") return errnoNamed(name === "TypeError" ? "EINVAL" : "EIO");
  return errnoNamed(code.startsWith("ERR_") ? "EINVAL" : code);
}

/** A step with a value. */
export function ask<T>(call: (done: DoneWith<T>) => void, missing: T): Promise<T | Result> {
  return new Promise((resolve) => {
    try {
      call((error, value) => resolve(error ? resultOf(error) : (value ?? missing)));
    } catch (error) {
      resolve(resultOf(error));
    }
  });
}

/** A step without a value: 0 when it succeeds. */
export function ask0(call: (done: Done) => void): Promise<Result> {
  return new Promise((resolve) => {
    try {
      call((error) => resolve(error ? resultOf(error) : 0));
    } catch (error) {
      resolve(resultOf(error));
    }
  });
}

type Step = Exclude<(typeof steps)[number], "">;

/** A failed step of a job, as errors.ts reads it. */
export const atStep = (step: Step, result: Result): Result => result - 4096 * steps.indexOf(step);
