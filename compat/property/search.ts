/** Looks for programs that a subject does not play as the oracle does, and shrinks the first that it finds. */

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { compareSights } from "../compare-sights";
import { oracle, type Subject } from "../configuration";
import type { Medium } from "../media";
import type { Program } from "./program";
import { callsIn } from "./program";
import { programs } from "./program-arbitrary";
import { Player, type Seen } from "./player";

export interface Search {
  /** Calls to make at least, on each subject. */
  readonly operations: number;
  readonly seed: number;
  /** Told once in a while how many calls have been made. */
  readonly progress?: (operations: number) => void;
  /** Of a program that was found before: play only that, and what it shrinks to. */
  readonly path?: string | undefined;
}

export interface Difference {
  readonly medium: Medium["name"];
  readonly subject: Subject;
  readonly program: Program;
  readonly differences: readonly string[];
  readonly seed: number;
  readonly path: string;
  readonly shrinks: number;
}

export interface Tries {
  hits: number;
  misses: number;
}

export interface SearchResult {
  readonly programs: number;
  readonly operations: number;
  /** Subject's name → hits and misses of try-now. */
  readonly tries: ReadonlyMap<string, Tries>;
  readonly found: Difference | undefined;
  /** Subject's name → why it did not play. */
  readonly unavailable: ReadonlyMap<string, string>;
  readonly troubles: readonly string[];
}

/** Programs of one seed; the next ones have the next. */
const perSeed = 250;
/** Then the smallest program so far must do. */
const longestShrink = 90_000;

const sight = ({ observed }: Seen): { observed: Seen["observed"]; served: Record<string, never>; succeeded: boolean } => ({ observed, served: {}, succeeded: true });

class Lane {
  readonly #truth: Player;
  readonly #all: readonly Player[];
  #players: readonly Player[];
  readonly tries = new Map<string, Tries>();
  readonly unavailable = new Map<string, string>();
  programs = 0;
  operations = 0;
  #folders = 0;
  #failedAt: number | undefined;
  #broken: Error | undefined;
  #last: { subject: Subject; differences: readonly string[] } | undefined;

  constructor(
    readonly medium: Medium,
    subjects: readonly Subject[],
  ) {
    const base = (position: number): string => join(medium.folder, `twin-${String(position).padStart(2, "0")}`);
    this.#truth = new Player(oracle, base(0));
    this.#players = subjects.map((subject, index) => new Player(subject, base(index + 1)));
    this.#all = [this.#truth, ...this.#players];
  }

  /** @returns whether all play it alike */
  async #agree(program: Program): Promise<boolean> {
    if (this.#failedAt !== undefined && Date.now() - this.#failedAt > longestShrink) return true;
    const question = { folder: String(this.#folders++).padStart(8, "0"), program };
    const [truth, ...seen] = await Promise.all([this.#truth, ...this.#players].map((player) => player.play(question)));
    for (const [index, player] of this.#players.entries()) {
      const one = seen[index];
      if (player.unavailable !== undefined) this.unavailable.set(player.subject.name, player.unavailable);
      else if (one !== undefined && truth !== undefined) {
        this.#count(player.subject.name, one);
        const differences = compareSights(sight(truth), sight(one));
        if (differences.length > 0) {
          this.#failedAt ??= Date.now();
          this.#last = { subject: player.subject, differences };
          // Shrinking is about this one.
          this.#players = [player];
          return false;
        }
      }
    }
    this.#players = this.#players.filter((player) => player.unavailable === undefined);
    this.programs += 1;
    this.operations += callsIn(program);
    return true;
  }

  #count(name: string, { hits, misses }: Seen): void {
    const tries = this.tries.get(name) ?? { hits: 0, misses: 0 };
    tries.hits += hits;
    tries.misses += misses;
    this.tries.set(name, tries);
  }

  async #ofSeed(seed: number, path: string | undefined, operations: number): Promise<Difference | undefined> {
    const property = fc.asyncProperty(programs, async (program) => {
      // fast-check has no way to stop at a number of calls: what is left of the last seed is passed over.
      if (this.#broken !== undefined || (this.operations >= operations && this.#failedAt === undefined)) return true;
      try {
        return await this.#agree(program);
      } catch (error) {
        // Nothing that another program could change.
        this.#broken = error instanceof Error ? error : new Error(String(error));
        return true;
      }
    });
    const details = await fc.check(property, { seed, numRuns: perSeed, ...(path === undefined ? {} : { path }) });
    if (this.#broken !== undefined) throw this.#broken;
    if (!details.failed) return undefined;
    if (details.counterexample === null || this.#last === undefined) throw new Error("a program failed without a difference", { cause: details.errorInstance });
    const [program] = details.counterexample;
    // The last program that failed is the smallest one, so these are its differences.
    return { medium: this.medium.name, program, ...this.#last, seed, path: details.counterexamplePath ?? "", shrinks: details.numShrinks };
  }

  async search({ operations, seed, path, progress }: Search): Promise<Difference | undefined> {
    if (path !== undefined) return this.#ofSeed(seed, path, Number.POSITIVE_INFINITY);
    for (let next = seed; this.operations < operations; next += 1) {
      const found = await this.#ofSeed(next, undefined, operations);
      if (found !== undefined) return found;
      progress?.(this.operations);
    }
    return undefined;
  }

  async end(): Promise<string[]> {
    const ends = await Promise.all(this.#all.map((player) => player.end()));
    return ends.filter((trouble) => trouble !== undefined);
  }
}

export async function search(medium: Medium, subjects: readonly Subject[], wanted: Search): Promise<SearchResult> {
  mkdirSync(medium.folder, { recursive: true });
  const lane = new Lane(medium, subjects);
  try {
    const found = await lane.search(wanted);
    const { programs: played, operations, tries, unavailable } = lane;
    return { programs: played, operations, tries, found, unavailable, troubles: await lane.end() };
  } finally {
    await lane.end();
    rmSync(medium.folder, { recursive: true, force: true });
  }
}
