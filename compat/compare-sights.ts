import { differences } from "./compare";
import type { Subject } from "./configuration";
import { comparable } from "./memfs/comparable";
import type { Sight } from "./session";

/** A scenario that kills or hangs Node itself proves nothing, so that is a difference too. */
export function compareSights(truth: Sight | undefined, sight: Sight | undefined, subject?: Subject): string[] {
  if (truth === undefined) return ["the oracle has not run it"];
  if (sight === undefined) return ["it has not run"];
  const { observed } = truth;
  if (typeof observed === "object" && observed !== null && "process" in observed) return [`the oracle's process: ${JSON.stringify(observed["process"])}`];
  if (subject?.inMemory) return differences(comparable(observed), comparable(sight.observed));
  return differences(observed, sight.observed);
}
