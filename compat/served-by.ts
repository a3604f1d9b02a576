/** Who serves a function, from the counters that its successful scenarios moved. */

import type { Verdict } from "./runner";

/** Every FileHandle scenario opens and closes; that proves nothing about the method. */
const beside: Record<string, readonly string[]> = {
  "FileHandle.close": ["open"],
  "FileHandle[Symbol.asyncDispose]": ["open"],
};

function countsFor(functionName: string, verdict: Verdict): boolean {
  const ignored = functionName.startsWith("FileHandle") ? (beside[functionName] ?? ["open", "close"]) : [];
  return Object.keys(verdict.served).some((kind) => !ignored.includes(kind));
}

/** Rows about no function in particular; some of their scenarios work in processes of their own. */
const general = ["surface", "FileHandle", "process"];

export function servedBy(functionName: string, verdicts: readonly Verdict[]): string {
  if (general.includes(functionName)) return "–";
  const telling = verdicts.filter((verdict) => verdict.succeeded);
  if (telling.length === 0) return "–";
  const served = telling.filter((verdict) => countsFor(functionName, verdict)).length;
  if (served === 0) return "Node";
  return served === telling.length ? "engine" : `engine ${served}/${telling.length}`;
}
