/** What one row of the bench is: a lap of operations that is timed, and a check of all it did that is not. */

import type { Implementation } from "./runner/implementations";

/** Told how long an operation took, in microseconds. */
export type Observe = (microseconds: number) => void;

/** A workload made ready on one implementation. Laps are repeated until enough time has been measured. */
export interface Prepared {
  /** Operations of one lap. */
  readonly operations: number;
  /** Another process does the work: neither its CPU time nor its memory is ours. */
  readonly elsewhere?: boolean;
  /** Untimed: new positions, new contents to write, nothing left over from the lap before. */
  arm?(): void;
  /** Timed. */
  lap(observe?: Observe): Promise<void>;
  /** Untimed: throws unless the lap did all it had to, down to the last byte. */
  check(): void;
  /** Untimed, after the laps of one round: leaves nothing to the next implementation. */
  settle?(): void | Promise<void>;
  end?(): Promise<void>;
}

/**
 * Where a row belongs: `core` is the default, `short` what fits into a continuous integration; `depth`, `size` and
 * `tree` are the plots'. The rest runs with --all, when it is named, or, where there is a bar for it, with --check.
 */
export type Selection = "core" | "short" | "depth" | "size" | "tree";

interface Named {
  /** Unique, of the letters that a command line takes without quoting. */
  readonly name: string;
  readonly title: string;
  readonly selections: readonly Selection[];
  /** Rounds at most: for what takes long, and varies little. */
  readonly rounds?: number;
  /** Makes the files, once for all implementations, which take `turns` turns together. */
  files(folder: string, turns: number): void;
}

/** The value is microseconds of wall time per operation. */
export interface TimedWorkload extends Named {
  readonly kind: "timed";
  /** Bytes of one operation, where throughput is of interest. */
  readonly bytes?: number;
  /** Laps of one sample at most: for what leaves much behind, or takes long. */
  readonly laps?: number;
  /** Latencies and the event loop's delay are taken in the timed laps themselves, for laps too long to be run twice. */
  readonly observeTimed?: boolean;
  /** Where the first turn is like the others, and long: none to warm up. */
  readonly unwarmed?: boolean;
  /** A sample lasts so many milliseconds at least, where tails are of interest. */
  readonly milliseconds?: number;
  /** It changes a setting of the whole system while it runs; only with --system. */
  readonly system?: boolean;
  prepare(implementation: Implementation, folder: string): Promise<Prepared>;
  /** The same work done by others. */
  readonly twins?: Twins;
}

export interface Twins {
  /** With the synchronous functions of node:fs, in a loop. */
  readonly sync?: (folder: string) => Prepared;
  /** With the programs of GNU coreutils, start of the process included. */
  readonly coreutils?: (folder: string) => Prepared;
  /** Arguments of floor.c, before the milliseconds that it runs for. */
  readonly c?: (folder: string) => string[];
  /** Options of fio. */
  readonly fio?: (folder: string) => string[];
}

/** One figure of a process of its own: memory, or the time of an import. */
export interface FigureWorkload extends Named {
  readonly kind: "figure";
  readonly unit: "bytes" | "microseconds";
  figure(load: () => Promise<Implementation>, folder: string): Promise<number>;
}

export type Workload = TimedWorkload | FigureWorkload;

/** Runs `operations` operations, `depth` of them at a time; their results in order. */
export async function atDepth<Result>(
  depth: number,
  operations: number,
  begin: (index: number) => Promise<Result>,
  results: Result[],
  observe?: Observe,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < operations) {
      const index = next++;
      results[index] = await begin(index);
    }
  };
  const observedLane = async (told: Observe): Promise<void> => {
    while (next < operations) {
      const index = next++;
      const began = performance.now();
      results[index] = await begin(index);
      told((performance.now() - began) * 1000);
    }
  };
  await Promise.all(Array.from({ length: depth }, () => (observe === undefined ? lane() : observedLane(observe))));
}
