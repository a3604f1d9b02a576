/** What one row of the bench is: a lap of operations that is timed, and a check of all it read that is not. */

import type { FileSystem } from "./implementations";

/** A workload made ready on one implementation. Laps are repeated until enough time has been measured. */
export interface Prepared {
  /** Operations of one lap. */
  readonly operations: number;
  /** Untimed: new positions, new contents to write, nothing left over from the lap before. */
  arm(): void;
  /** Timed. */
  lap(): Promise<void>;
  /** Untimed: throws unless every byte of the lap is right. */
  check(): void;
  /** Untimed, after the laps of one round: leaves nothing to the next implementation. */
  settle(): void;
  end(): Promise<void>;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  /** Node's time divided by caio's must not be below: what --check asks of the default backend. */
  readonly atLeast?: number;
  /** Makes the files, once for all implementations. */
  files(folder: string): void;
  prepare(fs: FileSystem, folder: string): Promise<Prepared>;
}

/** Runs `operations` operations, `depth` of them at a time; their results in order. */
export async function atDepth<Result>(
  depth: number,
  operations: number,
  begin: (index: number) => Promise<Result>,
  results: Result[],
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < operations) {
      const index = next++;
      results[index] = await begin(index);
    }
  };
  await Promise.all(Array.from({ length: depth }, lane));
}
