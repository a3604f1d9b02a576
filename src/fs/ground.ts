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
  /** Told of each handle that open() makes: what owns the descriptor closes it when nobody holds the handle any more. */
  ownedBy(owner: NativeHandle, fd: number): void;
}

type Rest = Pick<Ground, "oracle" | "handleInternals" | "keeperOf" | "ownedBy">;

const nothing = (): void => undefined;

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
export const nodesOwn: Rest = { oracle, handleInternals, keeperOf, ownedBy: nothing };

/** The same, for an engine that has to know what else closes its descriptors. */
export const nodesOwnKnownTo = (ownedBy: Ground["ownedBy"]): Rest => ({ ...nodesOwn, ownedBy });

/** For a module's descriptors, which Node's handles would mistake for the process's. */
export const modulesOwn = (itsOracle: Oracle): Rest => ({
  oracle: itsOracle,
  handleInternals: () => moduleHandleInternals,
  keeperOf: () => undefined,
  ownedBy: nothing,
});
