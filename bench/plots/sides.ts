/** Who is drawn: Node that ran the bench, caio on it, the newest Node, Bun, Deno, and what programs in C do. */

import type { Row, Side } from "../measure";
import type { RuntimeName } from "../peers/peer";
import { median } from "../statistics";
import type { Run } from "../report/json";
import { caioOf, sideOf } from "../verdict";

export const floorTitle = "C, fio or coreutils";

export interface Drawn {
  readonly title: string;
  readonly of: (row: Row) => Side | undefined;
}

const major = (runtime: RuntimeName): number => Number(/^node(\d+)$/.exec(runtime)?.[1] ?? 0);

function titleIn(rows: readonly Row[], of: Drawn["of"]): string | undefined {
  for (const row of rows) {
    const side = of(row);
    if (side !== undefined) return side.title;
  }
  return undefined;
}

/** Those that have any figure in these rows; Node itself first. */
export function drawnSides({ home }: Run, rows: readonly Row[]): Drawn[] {
  const majors = rows.flatMap(({ sides }) => sides.map(({ runtime }) => major(runtime)));
  const newest: RuntimeName = `node${Math.max(...majors)}`;
  const candidates: Drawn["of"][] = [
    (row) => sideOf(row, home, "fs"),
    (row) => caioOf(row, home),
    ...(newest === home ? [] : [(row: Row) => sideOf(row, newest, "fs")]),
    (row) => sideOf(row, "bun", "fs"),
    (row) => sideOf(row, "deno", "fs"),
  ];
  const floor = (row: Row): Side | undefined =>
    row.sides.find(({ runtime, implementation }) => runtime === "c" || runtime === "fio" || implementation === "coreutils");
  const drawn = candidates.flatMap((of): Drawn[] => {
    const title = titleIn(rows, of);
    return title === undefined ? [] : [{ title, of }];
  });
  return rows.some((row) => floor(row) !== undefined) ? [...drawn, { title: floorTitle, of: floor }] : drawn;
}

/** Undefined where the side has none. */
export function medianOf(side: Side | undefined, of: (sample: Side["samples"][number]) => number | undefined): number | undefined {
  const values = (side?.samples ?? []).map(of).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
}
