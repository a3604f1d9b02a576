/** What must be true of a run that has ended. */

import type { BackendName } from "caio";
import { legs, type Sample, type Served, type SoakReport } from "./assignment";

/** Pools, heaps and caches have found their size by then. */
const warmUp = legs / 4;
const compared = legs / 5;

export const tolerated = { mebibytes: 16, descriptors: 2, kinds: 15, missesPerHundred: 30 } as const;

const median = (numbers: readonly number[]): number => [...numbers].sort((left, right) => left - right)[numbers.length >> 1] ?? Number.NaN;

export interface Flatness {
  readonly atFirst: Sample;
  readonly atLast: Sample;
}

export function flatness(samples: readonly Sample[]): Flatness {
  const middle = (some: readonly Sample[]): Sample => ({ rss: median(some.map(({ rss }) => rss)), descriptors: median(some.map(({ descriptors }) => descriptors)) });
  return { atFirst: middle(samples.slice(warmUp, warmUp + compared)), atLast: middle(samples.slice(-compared)) };
}

export const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export function together(served: SoakReport["served"]): Served {
  const sum = (field: keyof Served): number => Object.values(served).reduce((total, kind) => total + kind[field], 0);
  return { hits: sum("hits"), misses: sum("misses"), all: sum("all") };
}

/** @returns what is wrong, nothing if all is well */
export function judge(backend: BackendName, operations: number, { calls, samples, served }: SoakReport): string[] {
  const found: string[] = [];
  const made = Object.values(calls).reduce((sum, count) => sum + count, 0);
  if (made < operations || samples.length !== legs) found.push(`only ${made} operations of ${operations}`);
  if (Object.keys(calls).length < tolerated.kinds) found.push(`only ${Object.keys(calls).length} kinds of operations`);
  const { atFirst, atLast } = flatness(samples);
  const grown = atLast.rss - atFirst.rss;
  if (!(grown <= tolerated.mebibytes * 2 ** 20)) found.push(`resident memory grew by ${mebibytes(grown)}`);
  const opened = atLast.descriptors - atFirst.descriptors;
  if (!(opened <= tolerated.descriptors)) found.push(`${opened} descriptors more at the end`);
  const { misses, all } = together(served);
  // js tries nothing on the calling thread.
  if (backend !== "js" && misses * 100 < tolerated.missesPerHundred * all) found.push(`only ${misses} of ${all} operations were misses`);
  return found;
}
