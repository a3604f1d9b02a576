/** What a process of `npm run soak` is asked to do, and what it says of it. */

import type { BackendName } from "caio";

/** Deliberate faults of the program itself: each must be found. */
export const faults = ["wrong byte", "descriptors kept", "memory kept", "nothing but hits"] as const;
export type Fault = (typeof faults)[number];

export interface Assignment {
  readonly backend: BackendName;
  readonly operations: number;
  readonly seed: number;
  /** An empty one, removed afterwards. */
  readonly folder: string;
  readonly fault?: Fault | undefined;
}

/** After each leg everything rests, and is measured. */
export const legs = 20;

export interface Sample {
  readonly rss: number;
  readonly descriptors: number;
}

/** How the engine served a kind, as `stats()` has it. */
export interface Served {
  readonly hits: number;
  readonly misses: number;
  readonly all: number;
}

export interface SoakReport {
  /** Calls made so far, by the name of the function. */
  readonly calls: Readonly<Record<string, number>>;
  readonly samples: readonly Sample[];
  readonly served: Readonly<Record<string, Served>>;
}
