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
  /** Node's own object for a descriptor, which closes it if this thread ends first; none where Node knows nothing of it. */
  keeperOf(fd: number): NativeHandle | undefined;
}

type Rest = Pick<Ground, "oracle" | "handleInternals" | "keeperOf">;

/** @param makeEngine called once, when an engine is first needed */
export function groundOn(makeEngine: () => Engine, rest: Rest): Ground {
  let engine: Engine | undefined;
  return Object.assign(() => observed((engine ??= makeEngine())), rest);
}

/** Where Node's handles are not to be had, caio's own class serves: `backends()` says so. */
function handleInternals(): HandleInternals | Promise<HandleInternals> {
  const found = genuineInternals();
  if (!(found instanceof Promise)) return found ?? ownHandleInternals;
  return found.then((internals) => internals ?? ownHandleInternals);
}

function keeperOf(fd: number): NativeHandle | undefined {
  const found = genuineInternals();
  // Nobody waits for it to be found, which happens once.
  return found === undefined || found instanceof Promise ? undefined : new found.Native(fd);
}

/** The running Node's functions and handles, for an engine that works on the same files as Node. */
export const nodesOwn: Rest = { oracle, handleInternals, keeperOf };

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
    keeperOf,
    handleInternals: () => {
      const found = handleInternals();
      return found instanceof Promise ? found.then(known) : known(found);
    },
  };
};

/** For a module's descriptors, which Node's handles would mistake for the process's. */
export const modulesOwn = (itsOracle: Oracle): Rest => ({
  oracle: itsOracle,
  handleInternals: () => moduleHandleInternals,
  keeperOf: () => undefined,
});
