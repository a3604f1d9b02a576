/** What a worker process says, one JSON line each, on the descriptor `channel`. */

import type { Observed } from "./observe";

export const channel = 3;

/** Operations that an engine served, by kind. */
export type Served = Record<string, number>;

export type Message =
  | { readonly say: "begin"; readonly index: number }
  | { readonly say: "end"; readonly index: number; readonly observed: Observed; readonly served: Served; readonly succeeded: boolean; readonly unsuitable?: string | undefined }
  | { readonly say: "unavailable"; readonly reason: string }
  | { readonly say: "finished" };
