/** Ratios of one row, the noise beside them, and what --check says to them. */

import type { Bar, Measure, Opponent } from "./bars";
import type { Row, Side } from "./measure";
import type { RuntimeName } from "./peers/peer";
import type { Sample } from "./runner/sample";
import { median, quantile } from "./statistics";

export function measured(sample: Sample | undefined, measure: Measure): number {
  const found = {
    value: sample?.value,
    cpu: sample?.cpu,
    "latency p99": sample?.latency?.p99,
    "delay p99": sample?.delay?.p99,
    "delay p99.9": sample?.delay?.p999,
  }[measure];
  return found ?? Number.NaN;
}

/** The opponent's figure divided by the side's, in each round that both took part in; above 1 the side is better. */
export function ratios(opponent: Side, side: Side, measure: Measure = "value"): number[] {
  return side.samples
    .map((sample, round) => measured(opponent.samples[round], measure) / measured(sample, measure))
    .filter((ratio) => !Number.isNaN(ratio));
}

/** How far a runtime lies from itself in a typical round of this row, as a ratio up to 1: 1 would be no noise at all. */
export function noiseFloor(own: Side, again: Side, measure: Measure = "value"): number {
  return median(ratios(own, again, measure).map((ratio) => Math.min(ratio, 1 / ratio)));
}

export function sideOf(row: Row, runtime: RuntimeName, implementation: string, again = false): Side | undefined {
  return row.sides.find(
    (side) => side.runtime === runtime && side.implementation === implementation && side.again === again,
  );
}

/** The first of caio on that runtime: the default backend's, unless others were named. */
export function caioOf(row: Row, runtime: RuntimeName): Side | undefined {
  return row.sides.find((side) => side.runtime === runtime && side.implementation.startsWith("caio"));
}

export interface Verdict {
  readonly workload: string;
  readonly title: string;
  /** What is asked, in words. */
  readonly asked: string;
  /** The ratio, or the value, that was found. */
  readonly found: number | undefined;
  readonly state: "reached" | "missed" | "not checked";
  /** Why it was not checked, or what the noise was. */
  readonly remark: string;
}

function opponentOf(rows: readonly Row[], row: Row, on: RuntimeName, opponent: Opponent): Side | undefined {
  if (typeof opponent === "object") {
    const other = rows.find(({ workload }) => workload.name === opponent.caioAt);
    return other === undefined ? undefined : caioOf(other, on);
  }
  if (opponent === "node") return sideOf(row, on, "fs");
  if (opponent === "sync" || opponent === "coreutils") return sideOf(row, on, opponent);
  return row.sides.find(({ runtime }) => runtime === opponent);
}

const opponentName = (opponent: Opponent): string => (typeof opponent === "object" ? opponent.caioAt : opponent);

const short = (value: number): string => String(Number(value.toPrecision(3)));

export function asked({ measure, opponent, atLeast, atMost, on }: Bar): string {
  const what = measure === "value" ? "" : `${measure} `;
  const where = on === "node20" ? "" : ` on ${on}`;
  if (opponent === undefined) return `${what}at most ${short(atMost ?? 0)}${where}`;
  const bound = atLeast === undefined ? `at most ${short(atMost ?? 0)}x` : `at least ${short(atLeast)}x`;
  return `${what}${bound} ${opponentName(opponent)}${where}`;
}

/** What is missing from a side, if anything is. */
const lack = (side: Side | undefined, name: string): string | undefined =>
  side === undefined ? `${name} does not take part` : side.samples.length === 0 ? (side.absence?.reason ?? `${name} has no samples`) : undefined;

function against(rows: readonly Row[], row: Row, bar: Bar, caio: Side): Pick<Verdict, "found" | "state" | "remark"> {
  const { opponent, measure, on } = bar;
  if (opponent === undefined) {
    const found = median(caio.samples.map((sample) => measured(sample, measure)));
    return { found, state: found <= (bar.atMost ?? Number.NaN) ? "reached" : "missed", remark: "" };
  }
  const other = opponentOf(rows, row, on, opponent);
  const missing = lack(other, opponentName(opponent));
  if (other === undefined || missing !== undefined) return { found: undefined, state: "not checked", remark: missing ?? "" };
  const ratio = median(ratios(other, caio, measure));
  if (Number.isNaN(ratio)) return { found: undefined, state: "not checked", remark: `no ${measure} was taken` };
  const own = sideOf(row, on, "fs");
  const again = sideOf(row, on, "fs", true);
  const floor = own === undefined || again === undefined ? Number.NaN : noiseFloor(own, again, measure);
  const remark = Number.isNaN(floor) ? "" : `noise ${floor.toFixed(2)}x`;
  if (bar.atLeast !== undefined) return { found: ratio, state: ratio >= bar.atLeast ? "reached" : "missed", remark };
  const wanted = 1 / (bar.atMost ?? Number.NaN);
  const reached = ratio >= (bar.beyondNoise === true && floor < 1 ? wanted * floor : wanted);
  return { found: 1 / ratio, state: reached ? "reached" : "missed", remark };
}

export function judge(rows: readonly Row[], bar: Bar): Verdict {
  const row = rows.find(({ workload }) => workload.name === bar.workload);
  const about = { workload: bar.workload, title: row?.workload.title ?? bar.workload, asked: asked(bar) };
  const notChecked = (remark: string): Verdict => ({ ...about, found: undefined, state: "not checked", remark });
  if (row === undefined) return notChecked("the row was not run");
  const caio = caioOf(row, bar.on);
  const missing = lack(caio, `caio on ${bar.on}`);
  if (caio === undefined || missing !== undefined) return notChecked(missing ?? "");
  return { ...about, ...against(rows, row, bar, caio) };
}

/** Slower than that Node in the median by more than Node lies from itself, and in three rounds of four. */
export function slower(own: Side, again: Side, side: Side): boolean {
  const found = ratios(own, side);
  return median(found) < noiseFloor(own, again) && quantile(found, 0.75) < 1;
}

/** Nothing, on any backend but js, on any Node version, is slower than that Node beyond noise. */
export function sweep(rows: readonly Row[]): Verdict[] {
  return rows
    .filter(({ workload }) => workload.kind === "timed")
    .flatMap((row) =>
      row.sides
        .filter(({ implementation }) => implementation.startsWith("caio") && implementation !== "caio/js")
        .map((side): Verdict => {
          const { name, title } = row.workload;
          const about = { workload: name, title, asked: `${side.title}: no slower than node on ${side.runtime}` };
          const own = sideOf(row, side.runtime, "fs");
          const again = sideOf(row, side.runtime, "fs", true);
          const missing = lack(side, side.title) ?? lack(own, "node") ?? lack(again, "node");
          if (own === undefined || again === undefined || missing !== undefined)
            return { ...about, found: undefined, state: "not checked", remark: missing ?? "" };
          return {
            ...about,
            found: median(ratios(own, side)),
            state: slower(own, again, side) ? "missed" : "reached",
            remark: `noise ${noiseFloor(own, again).toFixed(2)}x`,
          };
        }),
    );
}

/** Sides that should have run and did not: as bad as a bar that is missed. */
export function failures(rows: readonly Row[]): string[] {
  return rows.flatMap(({ workload, sides }) =>
    sides
      .filter(({ absence, implementation }) => absence?.failed === true && implementation.startsWith("caio"))
      .map(({ title, absence }) => `${workload.name}: ${title}: ${absence?.reason ?? ""}`),
  );
}
