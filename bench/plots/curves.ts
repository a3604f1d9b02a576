/** Curves over a quantity, in panels side by side: depth, size of a file, size of a tree. */

import type { Row } from "../measure";
import type { Run } from "../report/json";
import { drawnSides, medianOf } from "./sides";
import { axis, base, colourOf, legend, rounded, text, title, withoutZeros } from "./style";
import type { Drawing } from "./workloads";

type Sample = Row["sides"][number]["samples"][number];

/** A row, and where on the horizontal axis it lies. */
export interface Point {
  readonly at: string;
  readonly row: Row;
}

export interface Panel {
  readonly title: string;
  readonly points: readonly Point[];
  readonly of: (sample: Sample) => number | undefined;
  /** Of the vertical axis. */
  readonly label: (value: number) => string;
  /** A second curve of the same colour, dashed. */
  readonly dashed?: (sample: Sample) => number | undefined;
}

export interface Curves {
  readonly title: string;
  readonly horizontal: string;
  readonly panels: readonly Panel[];
}

const panelWidth = 440;
const left = 70;

/** Undefined where no panel has a curve: one point is none. */
export function curves(run: Run, { title: words, horizontal, panels }: Curves): Drawing | undefined {
  const shown = panels.filter(({ points }) => points.length > 1);
  if (shown.length === 0) return undefined;
  const drawn = drawnSides(run, shown.flatMap(({ points }) => points.map(({ row }) => row)));
  const width = shown.length * panelWidth;
  return {
    width,
    height: 420,
    option: {
      ...base,
      title: [
        title(words, { left: 12, top: 8 }),
        ...shown.map((panel, index) => title(panel.title, { left: left + index * panelWidth, top: 66, textStyle: text })),
      ],
      legend: legend(drawn.map((side) => side.title), { top: 36, left: 12 }),
      grid: shown.map((_, index) => ({ left: left + index * panelWidth, width: panelWidth - left - 30, top: 95, bottom: 55 })),
      xAxis: shown.map((panel, index) =>
        axis({
          type: "category",
          gridIndex: index,
          name: horizontal,
          nameLocation: "middle",
          nameGap: 28,
          boundaryGap: false,
          data: panel.points.map(({ at }) => at),
        }),
      ),
      yAxis: shown.map((panel, index) =>
        axis({ type: "log", gridIndex: index, axisLabel: { ...text, formatter: (value: number) => withoutZeros(panel.label(value)) } }),
      ),
      series: shown.flatMap((panel, index) =>
        drawn.flatMap((side) => {
          const line = (of: Panel["of"], style: object): object => ({
            type: "line",
            name: side.title,
            xAxisIndex: index,
            yAxisIndex: index,
            symbolSize: 5,
            itemStyle: { color: colourOf(side.title) },
            lineStyle: { color: colourOf(side.title), width: 2, ...style },
            data: panel.points.map(({ row }) => {
              const value = medianOf(side.of(row), of);
              return value === undefined || !(value > 0) ? null : rounded(value);
            }),
          });
          return [line(panel.of, {}), ...(panel.dashed === undefined ? [] : [line(panel.dashed, { type: "dashed", width: 1 })])];
        }),
      ),
    },
  };
}
