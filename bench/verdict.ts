/** Ratios against Node of one row, the noise beside them, and what --check says to it. */

import type { Side } from "./measure";
import { median } from "./statistics";
import type { Workload } from "./workload";

/** Node's time divided by the side's, in each round; above 1 the side is faster. */
export function ratios(node: Side, side: Side): number[] {
  return side.samples.map(({ wall }, round) => (node.samples[round]?.wall ?? Number.NaN) / wall);
}

/** How far Node lies from itself in a typical round of this row, as a ratio up to 1: 1 would be no noise at all. */
export function noiseFloor(node: Side, again: Side): number {
  return median(ratios(node, again).map((ratio) => Math.min(ratio, 1 / ratio)));
}

/** What a side is held to. `js` runs on Node's own threads and is held to nothing. */
export function toReach({ workload, caio }: Row, side: Side): number | undefined {
  if (side.backend === "js") return undefined;
  return side === caio[0] ? (workload.atLeast ?? 1) : 1;
}

export interface Row {
  readonly workload: Workload;
  readonly node: Side;
  /** Node once more: the null run. */
  readonly again: Side;
  /** The first is the default backend's, unless one was named. */
  readonly caio: readonly Side[];
}

/** Why the row fails, one line each; none if it does not. Being slower than Node by no more than its noise is forgiven. */
export function shortcomings(row: Row): string[] {
  const { workload, node, again, caio } = row;
  const found: string[] = [];
  for (const side of caio) {
    const wanted = toReach(row, side);
    if (wanted === undefined) continue;
    const ratio = median(ratios(node, side));
    const bar = wanted > 1 ? wanted : noiseFloor(node, again);
    if (!(ratio >= bar)) found.push(`${workload.name}: ${side.name} has ${ratio.toFixed(2)}x, to reach is ${wanted}x`);
  }
  return found;
}
