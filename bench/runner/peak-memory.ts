/** The peak of a process's resident memory, which Linux lets a process begin anew: proc(5), clear_refs. */

import { readFileSync, writeFileSync } from "node:fs";

function field(name: string): number | undefined {
  const match = new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "latin1"));
  return match?.[1] === undefined ? undefined : Number(match[1]) * 1024;
}

/** @returns resident bytes now; undefined where there is no such thing */
export function resetPeak(): number | undefined {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return field("VmRSS");
  } catch {
    return undefined;
  }
}

export function peakSince(before: number | undefined): number | undefined {
  if (before === undefined) return undefined;
  const peak = field("VmHWM");
  return peak === undefined ? undefined : Math.max(0, peak - before);
}
