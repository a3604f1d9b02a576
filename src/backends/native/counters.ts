/** The addon's counts as the table that a context shows. */

import type { Native, NativeCounters, NativeEngine } from "../../../typings/native";
import type { EngineStats, OperationCounters, RouteName } from "../engine";

const routeNames: readonly RouteName[] = ["tryNowHit", "tryNowMiss", "ring", "ioSubmit", "pool", "js"];

type Names = Pick<Native, "opcodes" | "routes">;

const cellCount = ({ opcodes, routes }: Names): number => opcodes.length * routes.length;

const countersLength = (names: Names): number => cellCount(names) + 2;

function byteCounts(names: Names, counts: NativeCounters): EngineStats["bytes"] {
  const [read = 0, written = 0] = counts.subarray(cellCount(names));
  return { read, written };
}

/** Kinds that never occurred are left out. */
function counterTable({ opcodes, routes }: Names, counts: NativeCounters): OperationCounters {
  const table: OperationCounters = {};
  opcodes.forEach((kind, row) => {
    const cells = routeNames.map((name): [RouteName, number] => {
      const column = routes.indexOf(name);
      return [name, column < 0 ? 0 : (counts[row * routes.length + column] ?? 0)];
    });
    if (cells.some(([, count]) => count > 0)) {
      const byRoute: Record<RouteName, number> = { tryNowHit: 0, tryNowMiss: 0, ring: 0, ioSubmit: 0, pool: 0, js: 0 };
      for (const [name, count] of cells) byRoute[name] = count;
      table[kind] = byRoute;
    }
  });
  return table;
}

export class Counts {
  /** What had been counted when the engine ended. */
  #last: Float64Array | undefined;

  constructor(
    private readonly names: Names,
    private readonly core: NativeEngine,
  ) {}

  table(): OperationCounters {
    return counterTable(this.names, this.#now());
  }

  bytes(): EngineStats["bytes"] {
    return byteCounts(this.names, this.#now());
  }

  /** The engine is about to end. */
  keep(): void {
    this.#last = this.#now();
  }

  #now(): Float64Array {
    if (this.#last !== undefined) return this.#last;
    const counts = new Float64Array(countersLength(this.names));
    this.core.counters(counts);
    return counts;
  }
}
