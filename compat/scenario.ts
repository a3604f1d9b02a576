/** What a scenario is: data plus a function of (fs, folder), and how a file of scenarios lists them. */

export type Fs = typeof import("node:fs/promises");

/** For scenarios that need a process of their own: how such a process gets at the same module. */
export interface Surroundings {
  /** An expression that a CommonJS program evaluates to the fs under test. */
  readonly expression: string;
  /** What an ES module imports. */
  readonly specifier: string;
  /** As `expression`, for the module that follows CAIO_IMPL. */
  readonly following: string;
}

/** Whatever it returns is compared; files are set up with node:fs itself, so that the counters see only `fs`. */
export type Run = (fs: Fs, folder: string, surroundings: Surroundings) => Promise<unknown>;

export interface Scenario {
  /** The row of the table: the name in node:fs/promises, or FileHandle.name. */
  readonly function: string;
  /** A sentence. */
  readonly name: string;
  /** Points of the check-list of observed behaviours. */
  readonly covers: readonly number[];
  readonly run: Run;
}

export type Add = (name: string, covers: readonly number[], run: Run) => void;

/** One function's scenarios, in the order in which `list` adds them. */
export function group(functionName: string, list: (add: Add) => void): Scenario[] {
  const scenarios: Scenario[] = [];
  list((name, covers, run) => {
    if (scenarios.some((other) => other.name === name)) throw new Error(`two scenarios of ${functionName} are called "${name}"`);
    scenarios.push({ function: functionName, name, covers, run });
  });
  return scenarios;
}

export const title = (scenario: Pick<Scenario, "function" | "name">): string => `${scenario.function}: ${scenario.name}`;
