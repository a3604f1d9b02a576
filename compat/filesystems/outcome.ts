/** What goes between the command and the process in the namespaces. */

import type { Summary } from "../report";

export interface Assignment {
  readonly names: readonly string[];
  /** For the places to mount at and the outcomes; the command removes it. */
  readonly folder: string;
  readonly only?: string | undefined;
  readonly backend?: string | undefined;
  readonly self: boolean;
  readonly verbose: boolean;
}

export interface Outcome {
  readonly name: string;
  /** Why there is no such file system here. */
  readonly skipped?: string;
  readonly summary?: Summary;
}
