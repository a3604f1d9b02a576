/** What --check found: every bar with its figure, then what is slower than Node, then what was not checked. */

import type { Verdict } from "../verdict";
import { formatTable, type Column } from "./table";

const columns: readonly Column[] = [
  { title: "row" },
  { title: "to reach" },
  { title: "found", alignRight: true },
  { title: "" },
  { title: "remark" },
];

const figure = ({ found }: Verdict): string => (found === undefined ? "" : String(Number(found.toPrecision(3))));

const line = (verdict: Verdict): string[] => [
  verdict.workload,
  verdict.asked,
  figure(verdict),
  verdict.state === "missed" ? "MISSED" : verdict.state,
  verdict.remark,
];

export function verdictsReport(bars: readonly Verdict[], sweep: readonly Verdict[], failures: readonly string[]): string {
  const slow = sweep.filter(({ state }) => state === "missed");
  const swept = sweep.filter(({ state }) => state !== "not checked").length;
  const unswept = sweep.filter(({ state }) => state === "not checked");
  const count = (state: Verdict["state"]): number => bars.filter((verdict) => verdict.state === state).length;
  return [
    formatTable(columns, bars.map(line)),
    "",
    `bars: ${count("reached")} reached, ${count("missed")} missed, ${count("not checked")} not checked`,
    `slower than Node beyond noise: ${slow.length} of ${swept}`,
    ...slow.map((verdict) => `MISSED  ${verdict.workload}: ${verdict.asked}: ${figure(verdict)}x (${verdict.remark})`),
    ...unswept.map((verdict) => `not checked  ${verdict.workload}: ${verdict.asked}: ${verdict.remark}`),
    ...failures.map((failure) => `FAILED  ${failure}`),
  ].join("\n");
}
