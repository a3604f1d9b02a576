/** The rows of a run as a table for people and as JSON for machines. */

import type { Machine } from "./machine";
import type { Side } from "./measure";
import { median, spread } from "./statistics";
import { formatTable, type Column } from "./table";
import { ratios, toReach, type Row } from "./verdict";

const columns: readonly Column[] = [
  { title: "workload" },
  { title: "implementation" },
  { title: "us/op", alignRight: true },
  { title: "spread", alignRight: true },
  { title: "CPU us/op", alignRight: true },
  { title: "ratio", alignRight: true },
  { title: "from - to", alignRight: true },
  { title: "to reach", alignRight: true },
];

const wallOf = ({ samples }: Side): number[] => samples.map(({ wall }) => wall);
const cpuOf = ({ samples }: Side): number[] => samples.map(({ cpu }) => cpu);

function cells(node: Side, side: Side): string[] {
  const wall = wallOf(side);
  const against = ratios(node, side);
  return [
    side.name,
    median(wall).toFixed(2),
    `±${(spread(wall) * 100).toFixed(0)} %`,
    median(cpuOf(side)).toFixed(2),
    `${median(against).toFixed(2)}x`,
    `${Math.min(...against).toFixed(2)} - ${Math.max(...against).toFixed(2)}`,
  ];
}

export function table(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) => {
    const { workload, node, again, caio } = row;
    return [
      [workload.title, ...cells(node, node).slice(0, 4)],
      ["", ...cells(node, { ...again, name: "the same again (noise)" })],
      ...caio.map((side) => {
        const wanted = toReach(row, side);
        return ["", ...cells(node, side), wanted === undefined ? "" : `>= ${wanted}x`];
      }),
    ];
  });
  return formatTable(columns, lines);
}

export function json(machine: Machine, rows: readonly Row[]): string {
  const sideOf = (node: Side, side: Side): object => ({
    name: side.name,
    wallMicroseconds: median(wallOf(side)),
    cpuMicroseconds: median(cpuOf(side)),
    ratio: median(ratios(node, side)),
    samples: side.samples,
  });
  return JSON.stringify(
    {
      machine,
      rows: rows.map(({ workload, node, again, caio }) => ({
        name: workload.name,
        title: workload.title,
        atLeast: workload.atLeast,
        node: sideOf(node, node),
        noise: sideOf(node, again),
        caio: caio.map((side) => sideOf(node, side)),
      })),
    },
    undefined,
    2,
  );
}
