/** Verdicts → a summary of the running Node, with its table. */

import { backends } from "./configuration";
import { catalogue } from "./catalogue";
import { reasonFor, type ListedDifference } from "./listed";
import type { RunResult, Verdict } from "./runner";
import { title, type Scenario } from "./scenario";
import { servedBy } from "./served-by";

export interface Judged extends Verdict {
  readonly scenario: Scenario;
  readonly backend: string;
  /** Why a difference is accepted. */
  readonly listed: string | undefined;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One scenario in report.json. */
export interface ScenarioSummary {
  readonly function: string;
  readonly name: string;
  readonly covers: readonly number[];
  readonly comparisons: number;
  readonly different: readonly { readonly subject: string; readonly medium: string; readonly listed?: string | undefined; readonly differences: readonly string[] }[];
}

/** What the suite found on one version of Node. Plain data: the processes of other versions hand it back as JSON. */
export interface Summary {
  readonly node: string;
  readonly platform: string;
  readonly media: readonly string[];
  readonly counts: Tally;
  /** The same of each subject: "uring", "uring, no try-now". */
  readonly subjects: Readonly<Record<string, Tally>>;
  readonly table: string;
  readonly scenarios: readonly ScenarioSummary[];
  /** Backend → why it did not run. */
  readonly unavailable: Readonly<Record<string, string>>;
  /** What makes the run fail without being a difference. */
  readonly troubles: readonly string[];
}

/** A subject that is no backend (the oracle against itself, a fault) has a column of its own name. */
const columnOf = (verdict: Verdict): string => verdict.subject.backend ?? verdict.subject.name;

export function judge(result: RunResult, listed: readonly ListedDifference[]): Judged[] {
  return result.verdicts.map((verdict) => {
    const scenario = catalogue[verdict.index];
    if (scenario === undefined) throw new Error(`there is no scenario ${verdict.index}`);
    const backend = columnOf(verdict);
    const reason = verdict.differences.length === 0 ? undefined : reasonFor(listed, title(scenario), backend);
    return { ...verdict, scenario, backend, listed: reason };
  });
}

export const isFailure = (one: Judged): boolean => one.differences.length > 0 && one.listed === undefined;

function tally(judged: readonly Judged[], notRun: number): Tally {
  const failed = judged.filter(isFailure).length;
  const listed = judged.filter((one) => one.listed !== undefined).length;
  const unsuitable = judged.filter((one) => one.unsuitable !== undefined).length;
  return { failed, passed: judged.length - failed - listed - unsuitable, skipped: listed + unsuitable + notRun };
}

function cell(functionName: string, all: readonly Judged[], reason: string | undefined): string {
  if (all.length === 0) return reason === undefined ? "not run" : "not available";
  const judged = all.filter((one) => one.unsuitable === undefined);
  const equal = judged.filter((one) => one.differences.length === 0).length;
  const listed = judged.filter((one) => one.listed !== undefined).length;
  const different = judged.length - equal - listed;
  const parts = [`equal ${equal}/${judged.length}`];
  if (different > 0) parts.push(`**different ${different}**`);
  if (listed > 0) parts.push(`listed ${listed}`);
  if (judged.length < all.length) parts.push(`needs a machine ${all.length - judged.length}`);
  if (!all.some((one) => one.subject.inMemory)) parts.push(servedBy(functionName, judged));
  return parts.join(", ");
}

export function grid(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.slice(1).map(line)].join("\n");
}

function table(judged: readonly Judged[], unavailable: ReadonlyMap<string, string>): string {
  const columns = [...new Set([...judged.map((one) => one.backend), ...backends.filter((backend) => unavailable.has(backend))])];
  const functions = [...new Set(judged.map((one) => one.scenario.function))];
  const rows = functions.map((name) => {
    const ofFunction = judged.filter((one) => one.scenario.function === name);
    const scenarios = new Set(ofFunction.map((one) => one.index)).size;
    return [name, String(scenarios), ...columns.map((column) => cell(name, ofFunction.filter((one) => one.backend === column), unavailable.get(column)))];
  });
  return grid([["function", "scenarios", ...columns], ...rows]);
}

function summarizeScenario(scenario: Scenario, verdicts: readonly Judged[]): ScenarioSummary {
  const { function: functionName, name, covers } = scenario;
  const different = verdicts
    .filter((one) => one.differences.length > 0)
    .map(({ subject, medium, listed, differences }) => ({ subject: subject.name, medium, listed, differences }));
  return { function: functionName, name, covers, comparisons: verdicts.length, different };
}

/** @param perSubject as of `summarize` */
function tallies(judged: readonly Judged[], result: RunResult, perSubject: number): Record<string, Tally> {
  const ran = [...new Set(judged.map((one) => one.subject.name))];
  const of = (name: string): Tally => tally(judged.filter((one) => one.subject.name === name), 0);
  const absent = [...result.unavailable.keys()].map((name): [string, Tally] => [name, { passed: 0, failed: 0, skipped: perSubject }]);
  return Object.fromEntries([...ran.map((name): [string, Tally] => [name, of(name)]), ...absent]);
}

/** @param perSubject the scenarios that each subject was to run, over all media */
export function summarize(judged: readonly Judged[], result: RunResult, perSubject: number, troubles: readonly string[]): Summary {
  const byScenario = new Map<Scenario, Judged[]>();
  for (const one of judged) byScenario.set(one.scenario, [...(byScenario.get(one.scenario) ?? []), one]);
  return {
    node: process.versions.node,
    platform: process.platform,
    media: [...new Set(judged.map((one) => one.medium))],
    counts: tally(judged, result.unavailable.size * perSubject),
    subjects: tallies(judged, result, perSubject),
    table: table(judged, result.unavailable),
    scenarios: [...byScenario].map(([scenario, verdicts]) => summarizeScenario(scenario, verdicts)),
    unavailable: Object.fromEntries(result.unavailable),
    troubles,
  };
}
