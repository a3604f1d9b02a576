/** What the fuzz's two processes say to each other. */

/** The descriptor on which the process tells how far it is, one JSON line after each batch. */
export const channel = 3;

/** Of the file "last-call": one line, overwritten before each call. */
export const lineLength = 400;

export interface Assignment {
  readonly seed: number;
  readonly calls: number;
  /** Calls that other processes have made before. */
  readonly first: number;
  readonly folder: string;
  /** The addon's file. */
  readonly addon: string;
}

export interface Tally {
  calls: number;
  /** TypeErrors and RangeErrors. */
  thrown: number;
  pending: number;
  /** Calls that ended otherwise. */
  readonly failures: string[];
}
