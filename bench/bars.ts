/** What is to be reached, row by row: data for verdict.ts, and for nobody else. */

import type { RuntimeName } from "./peers/peer";

export type Measure = "value" | "cpu" | "latency p99" | "delay p99" | "delay p99.9";

/** Node's own functions on the runtime that caio runs on, another peer, or caio itself in another row. */
export type Opponent =
  | "node"
  | "sync"
  | "coreutils"
  | Extract<RuntimeName, "bun" | "deno" | "c" | "fio">
  | { readonly caioAt: string };

export interface Bar {
  readonly workload: string;
  /** The runtime that caio runs on. */
  readonly on: RuntimeName;
  readonly measure: Measure;
  /** Undefined: `atMost` is the value itself. */
  readonly opponent: Opponent | undefined;
  /** Opponent divided by caio. */
  readonly atLeast?: number;
  /** Caio divided by the opponent. */
  readonly atMost?: number;
  /** Missed only if it is missed by more than Node lies from itself. */
  readonly beyondNoise?: boolean;
}

const kept: RuntimeName = "node20";
const newest: RuntimeName = "node26";

const atLeast = (workload: string, opponent: Opponent, ratio: number, on = kept): Bar => ({
  workload,
  on,
  measure: "value",
  opponent,
  atLeast: ratio,
});

const cpuAtMost = (workload: string, opponent: Opponent, ratio: number): Bar => ({
  workload,
  on: kept,
  measure: "cpu",
  opponent,
  atMost: ratio,
});

const noWorseThanNode = (workload: string, measure: Measure): Bar => ({
  workload,
  on: kept,
  measure,
  opponent: "node",
  atMost: 1,
  beyondNoise: true,
});

const valueAtMost = (workload: string, value: number): Bar => ({
  workload,
  on: kept,
  measure: "value",
  opponent: undefined,
  atMost: value,
});

const reads: readonly Bar[] = [
  atLeast("read-4k-1", "node", 25),
  atLeast("read-4k-64", "node", 6),
  atLeast("read-4k-64", "bun", 1.8),
  cpuAtMost("read-4k-1", "c", 1.6),
  cpuAtMost("read-4k-64", "c", 1.6),
  ...["readfile-buffer-32", "readfile-utf8-32"].flatMap((row) => [
    atLeast(row, "node", 8),
    atLeast(row, "bun", 1.6),
    atLeast(row, "sync", 1.5),
  ]),
  atLeast("readfile-16m-1", "node", 1.5),
  noWorseThanNode("readfile-16m-1", "delay p99"),
  noWorseThanNode("readfile-16m-4", "delay p99"),
  { workload: "readfile-pbkdf2", on: kept, measure: "latency p99", opponent: "node", atLeast: 200 },
];

const metadata: readonly Bar[] = [
  atLeast("stat-1", "node", 10),
  atLeast("stat-32", "node", 5),
  atLeast("stat-1", "bun", 1.5),
  atLeast("stat-32", "bun", 1.5),
  atLeast("access-enoent-32", "node", 4),
  atLeast("open-close-32", "node", 8),
];

const writes: readonly Bar[] = [
  ...(["bun", "deno"] as const).flatMap((peer) => [atLeast("write-4k-1", peer, 1), atLeast("write-4k-64", peer, 1)]),
  atLeast("write-4k-1", "node", 8),
  atLeast("write-4k-64", "node", 6),
  noWorseThanNode("write-throttled", "delay p99.9"),
  atLeast("writefile-new-32", "node", 2.5),
  atLeast("append-datasync-32", "node", 1.5),
];

const trees: readonly Bar[] = [
  atLeast("readdir-10-1", "node", 3),
  atLeast("readdir-1000-1", "node", 3),
  atLeast("readdir-recursive-5000", "node", 5),
  atLeast("cp-r-5000", "node", 4),
  atLeast("cp-r-5000", "coreutils", 0.8),
  atLeast("rm-r-5000", "node", 2),
  atLeast("rm-r-5000", "coreutils", 0.8),
];

const direct: readonly Bar[] = [64, 128].flatMap((depth) => [
  atLeast(`read-4k-${depth}-direct`, "fio", 0.95),
  cpuAtMost(`read-4k-${depth}-direct`, "node", 1 / 4),
]);

const streams: readonly Bar[] = [atLeast("stream-in", "node", 1.5), atLeast("stream-out", "node", 1.3)];

const onNewest: readonly Bar[] = [
  atLeast("read-4k-1", "node", 20, newest),
  atLeast("read-4k-64", "node", 2, newest),
  atLeast("readfile-buffer-1", "node", 5, newest),
  atLeast("readfile-buffer-32", "node", 2, newest),
  atLeast("stat-1", "node", 8, newest),
  atLeast("write-4k-1", "node", 2, newest),
  atLeast("write-4k-64", "node", 2, newest),
];

const scale: readonly Bar[] = [
  { workload: "read-4k-4096", on: kept, measure: "value", opponent: { caioAt: "read-4k-64" }, atMost: 1.3 },
  { workload: "write-4k-4096", on: kept, measure: "value", opponent: { caioAt: "write-4k-64" }, atMost: 1.3 },
  valueAtMost("memory-in-flight", 1024),
  // The collector's slack over 100,000 files: 4 MiB. Anything kept per file would be more.
  valueAtMost("growth", 40),
];

export const bars: readonly Bar[] = [
  ...reads,
  ...metadata,
  ...writes,
  ...trees,
  ...direct,
  ...streams,
  ...onNewest,
  ...scale,
];
