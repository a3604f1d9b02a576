/** Which rows a run has. */

import { bars } from "./bars";
import type { Selection, Workload } from "./workload";

export interface Wanted {
  readonly only: readonly string[];
  readonly short: boolean;
  readonly all: boolean;
  readonly check: boolean;
  readonly plots: boolean;
  readonly system: boolean;
}

/** The selections that were asked for, then by name; a name that fits none of them is looked for in all rows. */
export function selectWorkloads(workloads: readonly Workload[], { only, short, all, check, plots, system }: Wanted): Workload[] {
  const allowed = workloads.filter((workload) => system || workload.kind !== "timed" || workload.system !== true);
  const selections: Selection[] = [short ? "short" : "core", ...(plots ? (["depth", "size", "tree"] as const) : [])];
  const held = new Set(check && !short ? bars.map(({ workload }) => workload) : []);
  const selected = allowed.filter(
    (workload) => all || held.has(workload.name) || workload.selections.some((each) => selections.includes(each)),
  );
  if (only.length === 0) return selected;
  // A whole name means that row, and not those whose names go on after it.
  const whole = new Set(allowed.map(({ name }) => name));
  const matches = (name: string, part: string): boolean => (whole.has(part) ? name === part : name.includes(part));
  const named = (from: readonly Workload[]): Workload[] => from.filter(({ name }) => only.some((part) => matches(name, part)));
  const found = new Set(named(selected));
  for (const part of only)
    if (![...found].some(({ name }) => matches(name, part)))
      for (const workload of allowed) if (matches(workload.name, part)) found.add(workload);
  const rows = workloads.filter((workload) => found.has(workload));
  if (rows.length === 0) throw new Error(`no row is named like ${only.join(", ")}; --all --list has their names`);
  return rows;
}
