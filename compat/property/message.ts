/** What the two sides of a playing process say to each other, one JSON line each. */

import type { Subject } from "../configuration";
import type { Observed } from "../observe";
import type { Program } from "./program";

/** The descriptor on which the process answers; it is asked on its standard input. */
export const channel = 3;

export interface Engagement {
  readonly subject: Subject;
  /** The twin's folder, there and empty. */
  readonly base: string;
}

export interface Question {
  /** Numbers of one length, so that paths are, too. */
  readonly folder: string;
  readonly program: Program;
}

export type Answer =
  | { readonly unavailable: string }
  | { readonly ready: true }
  /** hits and misses of try-now since the last answer. */
  | { readonly observed: Observed; readonly hits: number; readonly misses: number };
