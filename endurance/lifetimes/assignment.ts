/** What a process of `npm run lifetimes` is asked to do, and what it says of it. */

import type { BackendName } from "caio";

/** Each ends something while a thousand operations are in flight. */
export const events = ["terminate", "exit", "exit in a worker", "exception", "exception in a worker", "memory", "closing"] as const;
export type Event = (typeof events)[number];

/** Deliberate faults of the program itself: each must be found. */
export const faults = ["crash", "hang", "stray write", "operation that lives on", "nothing in flight", "leak"] as const;
export type Fault = (typeof faults)[number];

export interface Assignment {
  /** Of the package. */
  readonly root: string;
  readonly backend: BackendName;
  readonly event: Event;
  /** The first round's; each has the next. */
  readonly seed: number;
  readonly rounds: number;
  /** An empty one, removed afterwards. */
  readonly folder: string;
  readonly fault?: Fault | undefined;
}

export interface RoundReport {
  /** What exactly was done. */
  readonly what: string;
  /** Operations in flight immediately before. */
  readonly pending: number;
  /** Bytes that were found changed in memory, or taken from a pipe, by nobody who had any business there. */
  readonly strayWrites: number;
  readonly failures: readonly string[];
}

export const wanted = 1000;

/** With which an exit is told from any other end. */
export const exitCode = 7;

export const message = "deliberately thrown";
