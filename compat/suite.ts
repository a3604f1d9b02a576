/** The suite on the running Node: runs it, says what is different, and sums it up. */

import { join } from "node:path";
import { catalogue } from "./catalogue";
import { uncovered } from "./check-list";
import { backends, memfs, oracle, subjectsOf, type Backend, type Subject } from "./configuration";
import { readDifferences, reasonFor, type ListedDifference } from "./listed";
import { media, type Media } from "./media";
import { listedFor, readMemfsDifferences } from "./memfs/listed";
import { isFailure, judge, summarize, type Judged, type Summary } from "./report";
import { run } from "./runner";
import { title } from "./scenario";

export interface SuiteOptions {
  /** Part of "function: scenario name". */
  readonly only?: string | undefined;
  readonly backend?: string | undefined;
  /** Not the configurations in which it is switched off. */
  readonly onlyWithTryNow?: boolean | undefined;
  /** On the disk only those with try-now, in memory only those without. */
  readonly half?: boolean | undefined;
  /** The oracle against itself. */
  readonly self: boolean;
  readonly verbose: boolean;
  /** memfs as well, where it can be compared. */
  readonly inMemory: boolean;
}

/** Only the whole can tell that nothing is missing. */
export const isWhole = ({ only, backend, self }: Pick<SuiteOptions, "only" | "backend" | "self">): boolean => only === undefined && backend === undefined && !self;

function chosenSubjects({ self, backend, onlyWithTryNow, inMemory }: SuiteOptions): Subject[] {
  if (self) return [{ ...oracle, name: "oracle again" }];
  const isWanted = ({ tryNow }: Subject): boolean => tryNow || onlyWithTryNow !== true;
  if (backend === undefined) return [...backends.flatMap(subjectsOf).filter(isWanted), ...(inMemory && process.versions.node.startsWith(listedFor) ? [memfs] : [])];
  if (backend === memfs.name) return [memfs];
  if (!backends.some((name) => name === backend)) throw new Error(`--backend is one of ${backends.join(", ")} and ${memfs.name}`);
  return subjectsOf(backend as Backend);
}

function describeFailure(one: Judged, linesShown: number): string {
  const shown = one.differences.slice(0, linesShown);
  const more = one.differences.length - shown.length;
  return [
    `different: ${title(one.scenario)} (${one.subject.name}, ${one.medium})`,
    ...shown.map((line) => `    ${line}`),
    ...(more > 0 ? [`    … and ${more} more, see --verbose`] : []),
  ].join("\n");
}

/** Listed differences that were looked for and not met. */
function overcome(listed: readonly ListedDifference[], judged: readonly Judged[]): string[] {
  const isOf = (one: ListedDifference, other: Judged): boolean => reasonFor([one], title(other.scenario), other.backend) !== undefined;
  return listed
    .filter((one) => judged.some((other) => isOf(one, other)) && !judged.some((other) => isOf(one, other) && other.differences.length > 0))
    .map((one) => `listed but equal now: ${one.title}`);
}

export async function runSuite(project: string, options: SuiteOptions, { present, missing }: Media = media(project)): Promise<Summary> {
  const indices = [...catalogue.keys()].filter((index) => {
    const scenario = catalogue[index];
    return scenario !== undefined && title(scenario).includes(options.only ?? "");
  });
  if (indices.length === 0) throw new Error(`no scenario is called "${options.only}"`);
  const subjects = chosenSubjects(options);
  const listed = options.self
    ? []
    : [
        ...readDifferences(join(project, "compat", "DIFFERENCES.md")),
        ...readMemfsDifferences(join(project, "compat", "MEMFS.md")),
      ];

  console.log(`Node ${process.versions.node}: ${indices.length} scenarios × ${subjects.length} configurations × ${present.map((medium) => medium.name).join(" and ")}`);
  for (const reason of missing) console.log(`skipped: ${reason}`);
  const result = await run(indices, subjects, present, (medium, subject, done, of) => {
    console.log(`  Node ${process.versions.node}, ${medium}, ${subject.name}: ${done}/${of}`);
  }, options.half);
  const judged = judge(result, listed);
  const troubles = [
    ...result.troubles,
    ...overcome(listed, judged),
    ...(isWhole(options) ? uncovered(catalogue).map((point) => `point ${point} of the check-list has no scenario`) : []),
  ];
  const summary = summarize(judged, result, indices.length * present.length, troubles);

  const linesShown = options.verbose ? Number.POSITIVE_INFINITY : 4;
  for (const one of judged.filter(isFailure)) console.log(describeFailure(one, linesShown));
  for (const [name, reason] of result.unavailable) console.log(`skipped: ${name}: ${reason}`);
  for (const trouble of troubles) console.log(`trouble: ${trouble}`);
  console.log(`\n${summary.table}\n`);
  return summary;
}
