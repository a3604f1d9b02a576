/** What a surface stands on. */

import type { Engine } from "../backends/engine";
import { handleInternals, type HandleInternals } from "./genuine";
import { oracle, type Oracle } from "./oracle";

/** Gives the engine, made when it is first asked for. */
export interface Ground {
  (): Engine;
  /** Who answers where the arguments are out of the common shape. */
  readonly oracle: Oracle;
  /** What open() makes its handles of. */
  handleInternals(): HandleInternals | undefined | Promise<HandleInternals | undefined>;
}

/** @param makeEngine called once, when an engine is first needed */
export function groundOn(makeEngine: () => Engine, rest: Pick<Ground, "oracle" | "handleInternals">): Ground {
  let engine: Engine | undefined;
  return Object.assign(() => (engine ??= makeEngine()), rest);
}

/** The running Node's functions and handles, for an engine that works on the same files as Node. */
export const nodesOwn = { oracle, handleInternals };
