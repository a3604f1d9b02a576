/** Rows as lines of a table. */

import type { Row, Side } from "../measure";
import { median, spread, type Percentiles } from "../statistics";
import { ratios, sideOf } from "../verdict";
import type { RuntimeName } from "../peers/peer";
import { formatTable, type Column } from "./table";
import { byteCount, duration, rate, ratio } from "./units";

const columns: readonly Column[] = [
  { title: "side" },
  { title: "per op.", alignRight: true },
  { title: "spread", alignRight: true },
  { title: "rate", alignRight: true },
  { title: "ratio", alignRight: true },
  { title: "from - to", alignRight: true },
  { title: "CPU", alignRight: true },
  { title: "latency p50/p99", alignRight: true },
  { title: "loop p50/p99/max", alignRight: true },
  { title: "peak +", alignRight: true },
];

/** Undefined where no sample has it. */
function medianOf(side: Side, of: (sample: Side["samples"][number]) => number | undefined): number {
  return median(side.samples.map(of).filter((value) => value !== undefined));
}

const joined = (parts: readonly number[]): string => (parts.every(Number.isFinite) ? parts.map(duration).join(" / ") : "");

function percentilesOf(side: Side, of: "latency" | "delay", which: readonly (keyof Percentiles)[]): string {
  return joined(which.map((each) => medianOf(side, (sample) => sample[of]?.[each])));
}

/** To which the ratios of a side relate: Node's own functions of its runtime, for others those of this Node. */
function baseline(row: Row, side: Side, home: RuntimeName): Side | undefined {
  return sideOf(row, side.runtime.startsWith("node") ? side.runtime : home, "fs");
}

function cells(row: Row, side: Side, home: RuntimeName): string[] {
  if (side.absence !== undefined) return [side.title, `${side.absence.failed ? "FAILED" : "not run"}: ${side.absence.reason.slice(0, 100)}`];
  const { kind, unit, bytes } = row.workload;
  const values = side.samples.map(({ value }) => value);
  const middle = median(values);
  const own = baseline(row, side, home);
  const against = own === undefined || own === side || unit === "bytes" ? [] : ratios(own, side);
  return [
    side.title,
    unit === "bytes" ? byteCount(middle) : duration(middle),
    `±${(spread(values) * 100).toFixed(0)} %`,
    kind === "figure" ? "" : rate(middle, bytes),
    against.length === 0 ? "" : ratio(median(against)),
    against.length === 0 ? "" : `${Math.min(...against).toFixed(2)} - ${Math.max(...against).toFixed(2)}`,
    duration(medianOf(side, ({ cpu }) => cpu)),
    percentilesOf(side, "latency", ["p50", "p99"]),
    percentilesOf(side, "delay", ["p50", "p99", "max"]),
    byteCount(medianOf(side, ({ peak }) => peak)),
  ];
}

export function rowsTable(rows: readonly Row[], home: RuntimeName): string {
  const lines = rows.flatMap((row) => [
    { heading: `${row.workload.title}  [${row.workload.name}]` },
    ...row.sides.map((side) => cells(row, side, home)),
  ]);
  return formatTable(columns, lines);
}
