/** What a surface stands on. */

import type { Engine } from "../backends/engine";
import { observed } from "../backends/tracing";
import { genuineInternals, type HandleInternals, type NativeHandle } from "./genuine";
import { oracle, type Oracle } from "./oracle";
import { moduleHandleInternals, ownHandleInternals } from "./own-handle";

/** Gives the engine, made when it is first asked for; while somebody listens, one that publishes what it does. */
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
  return Object.assign(() => observed((engine ??= makeEngine())), rest);
}

/** Where Node's handles are not to be had, caio's own class serves: `backends()` says so. */
function handleInternals(): HandleInternals | Promise<HandleInternals> {
  const found = genuineInternals();
  if (!(found instanceof Promise)) return found ?? ownHandleInternals;
  return found.then((internals) => internals ?? ownHandleInternals);
}

/** The running Node's functions and handles, for an engine that works on the same files as Node. */
export const nodesOwn = { oracle, handleInternals };

/** The same, for an engine that has to know what else closes its descriptors: Node does, of a handle that nobody holds any more. */
export const nodesOwnKnownTo = (ownedBy: (owner: object, fd: number) => void): typeof nodesOwn => {
  const known = (internals: HandleInternals): HandleInternals => {
    const { Native } = internals;
    const note = function (fd: number): NativeHandle {
      const native = new Native(fd);
      ownedBy(native, fd);
      return native;
    };
    return { ...internals, Native: note as unknown as HandleInternals["Native"] };
  };
  return {
    oracle,
    handleInternals: () => {
      const found = handleInternals();
      return found instanceof Promise ? found.then(known) : known(found);
    },
  };
};

/** For a module's descriptors, which Node's handles would mistake for the process's. */
export const modulesOwn = (itsOracle: Oracle): Pick<Ground, "oracle" | "handleInternals"> => ({
  oracle: itsOracle,
  handleInternals: () => moduleHandleInternals,
});
