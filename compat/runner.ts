/** Oracle first, then every subject in a twin folder of equal path length; what they saw is compared scenario by scenario. */

import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { compareSights } from "./compare-sights";
import { oracle, type Subject } from "./configuration";
import type { Medium } from "./media";
import type { Served } from "./message";
import { runSession, type SessionResult } from "./session";

export interface Verdict {
  readonly index: number;
  readonly medium: string;
  readonly subject: Subject;
  /** Empty: equal. */
  readonly differences: readonly string[];
  readonly served: Served;
  readonly succeeded: boolean;
  /** What the scenario needs that the subject cannot have: nothing was compared. */
  readonly unsuitable?: string | undefined;
}

export interface RunResult {
  readonly verdicts: readonly Verdict[];
  /** Subject's name → why it did not run. */
  readonly unavailable: ReadonlyMap<string, string>;
  readonly troubles: readonly string[];
}

export interface Progress {
  (medium: string, subject: Subject, done: number, of: number): void;
}

/** Twin folders: same length, whatever the subject. */
const folderOf = (medium: Medium, position: number): string => join(medium.folder, `twin-${String(position).padStart(2, "0")}`);

/** Half of the pairs, with every one of each: try-now on the first medium, without it on the others. */
const isOfHalf = ({ tryNow }: Subject, isFirst: boolean): boolean => tryNow === isFirst;

export async function run(
  indices: readonly number[], subjects: readonly Subject[], media: readonly Medium[], progress: Progress, half = false,
): Promise<RunResult> {
  const verdicts: Verdict[] = [];
  const unavailable = new Map<string, string>();
  const troubles: string[] = [];

  const session = async (medium: Medium, subject: Subject, position: number): Promise<SessionResult> => {
    let done = 0;
    const result = await runSession(subject, folderOf(medium, position), indices, () => {
      done += 1;
      if (done % 500 === 0 || done === indices.length) progress(medium.name, subject, done, indices.length);
    });
    troubles.push(...result.troubles.map((trouble) => `${subject.name} on ${medium.name}: ${trouble}`));
    if (result.unavailable !== undefined) unavailable.set(subject.name, result.unavailable);
    return result;
  };

  for (const medium of media) {
    mkdirSync(medium.folder, { recursive: true });
    try {
      const truth = await session(medium, oracle, 0);
      const isFirst = medium === media[0];
      // In memory it is the same whatever the twin folder lies on.
      const waiting = [...subjects.entries()].filter(([, subject]) => (!subject.inMemory || isFirst) && (!half || isOfHalf(subject, isFirst)));
      const takeOne = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const [position, subject] = next;
          const result = await session(medium, subject, position + 1);
          if (result.unavailable !== undefined) continue;
          for (const index of indices) {
            const sight = result.sights.get(index);
            verdicts.push({
              index,
              medium: medium.name,
              subject,
              differences: sight?.unsuitable === undefined ? compareSights(truth.sights.get(index), sight, subject) : [],
              served: sight?.served ?? {},
              succeeded: sight?.succeeded ?? false,
              unsuitable: sight?.unsuitable,
            });
          }
        }
      };
      await Promise.all(Array.from({ length: Math.max(1, Math.min(4, availableParallelism())) }, takeOne));
    } finally {
      if (medium.passing === undefined) rmSync(medium.folder, { recursive: true, force: true });
    }
  }
  // Not as they came to their ends: two reports of the same shall be the same.
  verdicts.sort((one, other) => subjects.indexOf(one.subject) - subjects.indexOf(other.subject));
  return { verdicts, unavailable, troubles };
}
