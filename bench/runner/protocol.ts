/** What goes over the pipes between the bench and a runtime that it started: one JSON text per line. */

import type { Offered } from "./implementations";
import type { Quota, Sample } from "./sample";

export type Call =
  | { readonly call: "prepare"; readonly workload: string; readonly implementation: string; readonly folder: string }
  | { readonly call: "sample"; readonly station: number; readonly quota: Quota }
  | { readonly call: "end"; readonly station: number };

export type Answer =
  | { readonly station: number }
  | { readonly sample: Sample }
  | { readonly offered: readonly Offered[] }
  | { readonly done: true }
  | { readonly refused: string }
  | { readonly failed: string };

/** The first line of a runtime's output answers nothing: it says what there is. */
export type Greeting = { readonly offered: readonly Offered[] };

/** Calls `line` with each whole line of what arrives. */
export function eachLine(line: (text: string) => void): (chunk: string) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(line);
  };
}
