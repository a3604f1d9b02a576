/** Injects the deliberate faults one at a time and says which of them the suite has seen. */

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "./catalogue";
import { compareSights } from "./compare-sights";
import { oracle, type Subject } from "./configuration";
import { faults } from "./deliberate-faults";
import { media } from "./media";
import { title } from "./scenario";
import { runSession, type SessionResult } from "./session";

export interface Injection {
  readonly name: string;
  /** The scenarios that turned red, and of how many. */
  readonly caughtBy: readonly string[];
  readonly of: number;
}

export interface InjectionResult {
  /** Differences of the oracle without any fault: must be empty, or the rest proves nothing. */
  readonly withoutFault: readonly string[];
  readonly injections: readonly Injection[];
}

const indicesOf = (functions: readonly string[]): number[] => [...catalogue.keys()].filter((index) => functions.includes(catalogue[index]?.function ?? ""));

export async function injectAll(project: string, progress: (name: string) => void): Promise<InjectionResult> {
  // Memory is quicker, and no fault here is about the disk.
  const medium = media(project).present.at(-1);
  if (medium === undefined) throw new Error("there is no place for the scenarios' folders");
  const involved = indicesOf([...new Set(faults.flatMap((fault) => fault.functions))]);
  const session = (subject: Subject, position: number, indices: readonly number[]): Promise<SessionResult> =>
    runSession(subject, join(medium.folder, `twin-${String(position).padStart(2, "0")}`), indices, () => undefined);
  const red = (truth: SessionResult, seen: SessionResult, indices: readonly number[]): string[] =>
    indices.flatMap((index) => {
      const scenario = catalogue[index];
      return scenario !== undefined && compareSights(truth.sights.get(index), seen.sights.get(index)).length > 0 ? [title(scenario)] : [];
    });

  mkdirSync(medium.folder, { recursive: true });
  try {
    progress("without any fault");
    const truth = await session(oracle, 0, involved);
    const again = await session(oracle, 1, involved);
    const injections: Injection[] = [];
    for (const fault of faults) {
      progress(fault.name);
      const indices = indicesOf(fault.functions);
      const seen = await session({ name: "fault", tryNow: true, fault: fault.name }, 1, indices);
      injections.push({ name: fault.name, caughtBy: red(truth, seen, indices), of: indices.length });
    }
    return { withoutFault: red(truth, again, involved), injections };
  } finally {
    rmSync(medium.folder, { recursive: true, force: true });
  }
}
