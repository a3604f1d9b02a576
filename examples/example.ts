/** What the examples have in common: a program, and work for it whose result can be checked. */

import type nodePromises from "node:fs/promises";

export type FileSystem = typeof nodePromises;

/** Where an example runs. */
export interface Surroundings {
  readonly fs: FileSystem;
  /** Whether `fs` is caio's; programs on AsyncContext then use that, too. */
  readonly isCaio: boolean;
  /** An empty folder. */
  readonly folder: string;
  /** How much work there is; 1 is over in a moment. */
  readonly size: number;
}

export interface Example {
  readonly name: string;
  /** Does the work, throws if anything of it is wrong, and gives what must be the same on every implementation. */
  exercise(surroundings: Surroundings): Promise<string>;
}

/** Runs a job for each item, so many at a time. */
export async function forEach<T>(items: readonly T[], atATime: number, job: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await job(item);
  };
  await Promise.all(Array.from({ length: atATime }, runner));
}
