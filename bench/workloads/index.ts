/** Every row of the bench, in the order of the table. */

import type { Workload } from "../workload";
import { appendWorkloads } from "./append";
import { blockWorkloads } from "./blocks";
import { busyPoolWorkload } from "./busy-pool";
import { changeWorkloads } from "./changes";
import { contextWorkloads } from "./contexts";
import { figureWorkloads } from "./figures";
import { metadataWorkloads } from "./metadata";
import { mixedWorkloads } from "./mixed";
import { smallReadWorkloads } from "./read-file";
import { largeReadWorkloads } from "./read-large";
import { textReadWorkloads } from "./read-text";
import { readdirWorkloads } from "./readdir";
import { streamWorkloads } from "./streams";
import { throttledWorkload } from "./throttled";
import { removalWorkloads, treeWorkloads } from "./trees";
import { writeFileWorkloads } from "./write-file";

export const workloads: readonly Workload[] = [
  ...figureWorkloads,
  ...blockWorkloads,
  ...smallReadWorkloads,
  ...largeReadWorkloads,
  ...textReadWorkloads,
  busyPoolWorkload,
  ...metadataWorkloads,
  ...readdirWorkloads,
  ...contextWorkloads,
  ...mixedWorkloads,
  ...streamWorkloads,
  ...appendWorkloads,
  throttledWorkload,
  ...writeFileWorkloads,
  ...changeWorkloads,
  ...treeWorkloads,
  ...removalWorkloads,
];

export function workloadNamed(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (found === undefined) throw new Error(`no row is named ${name}`);
  return found;
}
