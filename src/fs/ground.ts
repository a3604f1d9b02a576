/** What a surface stands on. */

import type { Engine } from "../backends/engine";
import { genuineInternals, type HandleInternals } from "./genuine";
import { oracle, type Oracle } from "./oracle";
import { moduleHandleInternals, ownHandleInternals } from "./own-handle";

/** Gives the engine, made when it is first asked for. */
export interface Ground {
  (): Engine;
  /** Who answers where the arguments are out of the common shape. */
  readonly oracle: Oracle;
  /** What open() makes its handles of. */
  handleInternals(): HandleInternals | Promise<HandleInternals>;
}

/** @param makeEngine called once, when an engine is first needed */
export function groundOn(makeEngine: () => Engine, rest: Pick<Ground, "oracle" | "handleInternals">): Ground {
  let engine: Engine | undefined;
  return Object.assign(() => (engine ??= makeEngine()), rest);
}

/** Where Node's handles are not to be had, caio's own class serves: `backends()` says so. */
function handleInternals(): HandleInternals | Promise<HandleInternals> {
  const found = genuineInternals();
  if (!(found instanceof Promise)) return found ?? ownHandleInternals;
  return found.then((internals) => internals ?? ownHandleInternals);
}

/** The running Node's functions and handles, for an engine that works on the same files as Node. */
export const nodesOwn = { oracle, handleInternals };

/** For a module's descriptors, which Node's handles would mistake for the process's. */
export const modulesOwn = (itsOracle: Oracle): Pick<Ground, "oracle" | "handleInternals"> => ({
  oracle: itsOracle,
  handleInternals: () => moduleHandleInternals,
});
