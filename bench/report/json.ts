/** A run as JSON, for machines and for --from. */

import type { Machine } from "../machine";
import type { Row } from "../measure";
import type { MissingPeer, RuntimeName } from "../peers/peer";
import type { Verdict } from "../verdict";

export interface Run {
  readonly machine: Machine;
  /** The Node that ran the bench. */
  readonly home: RuntimeName;
  readonly rounds: number;
  readonly missing: readonly MissingPeer[];
  readonly rows: readonly Row[];
  readonly verdicts?: readonly Verdict[];
}

export const writeRun = (run: Run): string => `${JSON.stringify(run, undefined, 1)}\n`;

/** @throws Error for what is no run of the bench */
export function readRun(text: string): Run {
  const run = JSON.parse(text) as Partial<Run> | null;
  if (run?.machine === undefined || run.home === undefined || run.rounds === undefined || !Array.isArray(run.rows))
    throw new Error("this is not what --json wrote");
  return { machine: run.machine, home: run.home, rounds: run.rounds, missing: run.missing ?? [], rows: run.rows };
}
