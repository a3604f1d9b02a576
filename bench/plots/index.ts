/** The plots of a run, as SVG files that the documentation shows. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { init } from "echarts";
import type { Row } from "../measure";
import { root } from "../places";
import type { Run } from "../report/json";
import { byteCount, duration } from "../report/units";
import type { Selection } from "../workload";
import { workloads } from "../workloads";
import { curves, type Point } from "./curves";
import { workloadBars, type Drawing } from "./workloads";

const folder = join(root, "docs", "plots");

const namesIn = (selection: Selection): Set<string> =>
  new Set(workloads.filter(({ selections }) => selections.includes(selection)).map(({ name }) => name));

/** Rows of the selection whose names match, at what the name says. */
function points(rows: readonly Row[], selection: Selection, pattern: RegExp, at: (found: string) => string): Point[] {
  const names = namesIn(selection);
  return rows.flatMap((row) => {
    const found = pattern.exec(row.workload.name)?.[1];
    return found === undefined || !names.has(row.workload.name) ? [] : [{ at: at(found), row }];
  });
}

const sizes = [
  ["g", "GiB"],
  ["m", "MiB"],
  ["k", "KiB"],
] as const;

function sizeAt(found: string): string {
  const unit = sizes.find(([letter]) => found.endsWith(letter));
  return unit === undefined ? found : `${found.slice(0, -1)} ${unit[1]}`;
}

const perSecond = (value: number): string => (value >= 1e6 ? `${value / 1e6} M/s` : value >= 1e3 ? `${value / 1e3} k/s` : `${value}/s`);

function depth(run: Run, title: string, pattern: RegExp): Drawing | undefined {
  const found = points(run.rows, "depth", pattern, (at) => at);
  return curves(run, {
    title,
    horizontal: "depth",
    panels: [
      { title: "operations per second", points: found, of: ({ value }) => 1e6 / value, label: perSecond },
      {
        title: "latency: median, and p99 dashed",
        points: found,
        of: ({ latency }) => latency?.p50,
        dashed: ({ latency }) => latency?.p99,
        label: duration,
      },
    ],
  });
}

function size(run: Run): Drawing | undefined {
  const found = points(run.rows, "size", /^readfile-(\d+[kmg]?)-1$/, sizeAt);
  return curves(run, {
    title: "readFile by size, one at a time",
    horizontal: "size of the file",
    panels: [
      { title: "time", points: found, of: ({ value }) => value, label: duration },
      { title: "peak of memory", points: found, of: ({ peak }) => peak, label: byteCount },
    ],
  });
}

function tree(run: Run): Drawing | undefined {
  const panel = (title: string, pattern: RegExp): Parameters<typeof curves>[1]["panels"][number] => ({
    title,
    points: points(run.rows, "tree", pattern, (found) => Number(found).toLocaleString("en")),
    of: ({ value }) => value,
    label: duration,
  });
  return curves(run, {
    title: "Trees: time per file",
    horizontal: "files",
    panels: [
      panel("recursive readdir", /^readdir-recursive-(\d+)$/),
      panel("cp -r", /^cp-r-(\d+)$/),
      panel("rm -r", /^rm-r-(\d+)$/),
    ],
  });
}

const core = namesIn("core");

const plots: readonly (readonly [string, (run: Run) => Drawing | undefined])[] = [
  ["workloads", (run) => workloadBars(run, run.rows.filter(({ workload }) => core.has(workload.name)))],
  ["depth-read", (run) => depth(run, "FileHandle.read, 4 KiB, warm", /^read-4k-(\d+)$/)],
  ["depth-write", (run) => depth(run, "FileHandle.write, 4 KiB, through the page cache", /^write-4k-(\d+)$/)],
  ["depth-direct", (run) => depth(run, "FileHandle.read, 4 KiB, O_DIRECT", /^read-4k-(\d+)-direct$/)],
  ["size", size],
  ["tree", tree],
];

/**
 * The same drawing is the same text, whatever was drawn before: names that the library counts up over a process go, and
 * with them what they are for, answers to a mouse that a picture does not hear.
 */
const settled = (svg: string): string =>
  svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>\s*/g, "")
    .replace(/ (class|ecmeta_\w+)="[^"]*"/g, "")
    .replace(/\bzr\d+-/g, "zr-");

export function render({ option, width, height }: Drawing): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(option);
    return `${settled(chart.renderToSVGString())}\n`;
  } finally {
    chart.dispose();
  }
}

/** Draws what the run has rows for. @returns the files, relative to the package */
export function drawPlots(run: Run): string[] {
  mkdirSync(folder, { recursive: true });
  return plots.flatMap(([name, make]) => {
    const drawing = make(run);
    if (drawing === undefined) return [];
    const file = join(folder, `${name}.svg`);
    writeFileSync(file, render(drawing));
    return [relative(root, file)];
  });
}
