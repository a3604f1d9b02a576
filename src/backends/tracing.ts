/**
 * `tracing:caio:operation`: what every engine does, in the shape of node:diagnostics_channel's TracingChannel. For each
 * operation, `start` and `end` around the call, then `asyncStart` and `asyncEnd` when its result is there, and `error`
 * before these if it failed. What ends at once, on the calling thread, publishes all of them in the call.
 */

import { channel } from "node:diagnostics_channel";
import type { BackendName, Engine } from "./engine";
import type { SystemError } from "../errors";

/** What the messages of one operation share. */
export interface OperationContext {
  /** The operation's kind, named as in `stats()`. */
  readonly function: string;
  readonly path?: string | Uint8Array;
  /** The second path of rename, link, symlink and copyFile. */
  readonly dest?: string | Uint8Array;
  readonly fd?: number;
  /** Bytes asked for at first; when the result is there, bytes moved. */
  bytes?: number;
  readonly backend: BackendName;
  /** `try-now` for what ended at once on the calling thread, the backend's name for the rest; from `end` on. */
  servedBy?: "try-now" | BackendName;
  /** From `asyncStart` on: what the operation gave, if it did not fail. */
  result?: unknown;
  error?: SystemError;
}

const channelOf = (event: string) => channel(`tracing:caio:operation:${event}`);

// Held here, so that whoever asks for them by name gets the same ones.
export const start = channelOf("start");
export const end = channelOf("end");
export const asyncStart = channelOf("asyncStart");
export const asyncEnd = channelOf("asyncEnd");
export const error = channelOf("error");

/** Whether anybody listens. TracingChannel's own property came with Node 20.13. */
export const isTraced = (): boolean =>
  start.hasSubscribers || end.hasSubscribers || asyncStart.hasSubscribers || asyncEnd.hasSubscribers || error.hasSubscribers;

/** An engine in front of another one, which publishes what that does. */
export interface Publishing extends Engine {
  readonly behind: Engine;
}

const isPublishing = (engine: Engine): engine is Publishing => "behind" in engine;

/** The engine that does the work. */
export const behind = (engine: Engine): Engine => (isPublishing(engine) ? engine.behind : engine);

let traced: ((engine: Engine) => Engine) | undefined;

/** The engine itself, or one in front of it that publishes what it does while somebody listens. */
export function observed(engine: Engine): Engine {
  if (!isTraced()) return engine;
  // Evaluated when it is first needed: few programs ever do, and it is made of what is here.
  traced ??= (require("./traced") as typeof import("./traced")).tracedEngine;
  return traced(engine);
}
