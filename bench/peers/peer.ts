/** Somebody who takes part: a runtime, or a program. */

import type { Quota, Sample } from "../runner/sample";
import type { Workload } from "../workload";

/** Of Node, with its major version. */
export type RuntimeName = `node${number}` | "bun" | "deno" | "c" | "fio";

/** A workload made ready at a peer. */
export interface Station {
  sample(quota: Quota): Promise<Sample>;
  end(): Promise<void>;
}

export interface Part {
  readonly implementation: string;
  /** For the table: "caio (uring)". */
  readonly title: string;
}

export interface Peer {
  readonly runtime: RuntimeName;
  /** With its version. */
  readonly title: string;
  /** Who of this peer takes part in a workload; nobody, if it has no form of it. */
  parts(workload: Workload): readonly Part[];
  /** Rejects with a Refusal where it cannot be run. */
  prepare(workload: Workload, implementation: string, folder: string): Promise<Station>;
  close(): Promise<void>;
}

export interface MissingPeer {
  readonly title: string;
  readonly reason: string;
}
