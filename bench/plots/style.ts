/** One look for all plots, readable on a white and on a black page. */

import type { EChartsCoreOption } from "echarts/core";

/** Of middle lightness, so that both pages are far enough from it. */
export const ink = "#7d8590";
export const faintInk = "rgba(125, 133, 144, 0.3)";

const colours: readonly (readonly [RegExp, string])[] = [
  [/^caio/, "#2f81f7"],
  [/^Bun/, "#d4762c"],
  [/^Deno/, "#2da44e"],
  [/^Node 2[4-9]/, "#a371f7"],
  [/^Node/, "#e5534b"],
];

export const colourOf = (title: string): string => colours.find(([pattern]) => pattern.test(title))?.[1] ?? "#848d97";

export const text = { color: ink, fontFamily: "system-ui, sans-serif", fontSize: 12 };

/** What every plot has. */
export const base: EChartsCoreOption = { animation: false, backgroundColor: "transparent", textStyle: text };

export const title = (words: string, more: object = {}): object => ({
  text: words,
  textStyle: { ...text, fontSize: 14, fontWeight: "bold" },
  ...more,
});

export const legend = (names: readonly string[], more: object = {}): object => ({
  data: [...names],
  textStyle: text,
  inactiveColor: ink,
  // Text is measured without a font here: room for what comes out wider.
  itemGap: 26,
  icon: "roundRect",
  ...more,
});

export const axis = (more: object): object => ({
  axisLabel: text,
  nameTextStyle: text,
  axisLine: { lineStyle: { color: ink } },
  axisTick: { lineStyle: { color: ink } },
  splitLine: { lineStyle: { color: faintInk } },
  minorTick: { show: false },
  ...more,
});

/** A round figure without the zeros that a table's columns want. */
export const withoutZeros = (label: string): string => label.replace(/\.0+(?= )/, "");

/** Of a measured figure more digits would only make each drawing another file. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
