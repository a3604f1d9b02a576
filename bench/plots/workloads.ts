/** How many times as fast as Node: a group of bars per row, all of one table. */

import type { EChartsCoreOption } from "echarts/core";
import type { Row } from "../measure";
import type { Run } from "../report/json";
import { median } from "../statistics";
import { ratios, sideOf } from "../verdict";
import { drawnSides, type Drawn } from "./sides";
import { axis, base, colourOf, ink, legend, rounded, text, title } from "./style";

const barHeight = 7;
const gap = 10;
const left = 330;

export interface Drawing {
  readonly option: EChartsCoreOption;
  readonly width: number;
  readonly height: number;
}

/** A logarithm, so that twice and half are as far from Node, at the line, as each other. */
function logarithm(run: Run, row: Row, { of }: Drawn): number | null {
  const own = sideOf(row, run.home, "fs");
  const side = of(row);
  if (own === undefined || side === undefined) return null;
  const ratio = median(ratios(own, side));
  return Number.isFinite(ratio) && ratio > 0 ? rounded(Math.log10(ratio)) : null;
}

/** Undefined where there is nothing to compare. */
export function workloadBars(run: Run, rows: readonly Row[]): Drawing | undefined {
  const [own, ...others] = drawnSides(run, rows);
  const compared = rows.filter((row) => row.workload.kind === "timed");
  if (own === undefined || others.length === 0 || compared.length === 0) return undefined;
  const height = 110 + compared.length * (others.length * barHeight + gap);
  return {
    width: 960,
    height,
    option: {
      ...base,
      title: title(`Times as fast as ${own.title}`, { left: 12, top: 8 }),
      legend: legend(others.map((drawn) => drawn.title), { top: 34, left: 12 }),
      grid: { left, right: 40, top: 70, bottom: 40 },
      xAxis: axis({
        type: "value",
        interval: 1,
        min: ({ min }: { min: number }) => Math.min(0, Math.floor(min)),
        max: ({ max }: { max: number }) => Math.max(1, Math.ceil(max)),
        axisLabel: { ...text, formatter: (value: number) => `${rounded(10 ** value)}x` },
      }),
      yAxis: axis({
        type: "category",
        inverse: true,
        data: compared.map((row) => row.workload.title),
        splitLine: { show: false },
        axisLine: { onZero: true, lineStyle: { color: ink } },
        axisLabel: { ...text, fontSize: 11, width: left - 20, overflow: "truncate" },
        position: "left",
        offset: 0,
      }),
      series: others.map((drawn) => ({
        type: "bar",
        name: drawn.title,
        barWidth: barHeight - 1,
        barGap: "15%",
        itemStyle: { color: colourOf(drawn.title) },
        data: compared.map((row) => logarithm(run, row, drawn)),
      })),
    },
  };
}
