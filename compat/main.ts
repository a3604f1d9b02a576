/** npm run compat [-- --only NAME] [--backend NAME] [--self] [--verbose] */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { catalogue } from "./catalogue";
import { backends, memfs, oracle, subjectsOf, type Backend, type Subject } from "./configuration";
import { readDifferences, reasonFor } from "./listed";
import { media } from "./media";
import { readMemfsDifferences } from "./memfs/listed";
import { isFailure, judge, reportData, reportText, table, tally, type Judged } from "./report";
import { run } from "./runner";
import { title } from "./scenario";

const project = join(__dirname, "..", "..");

const { values: options } = parseArgs({
  options: {
    /** Part of "function: scenario name". */
    only: { type: "string" },
    backend: { type: "string" },
    /** The oracle against itself: finds scenarios that differ from run to run. */
    self: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

function chosenSubjects(): Subject[] {
  if (options.self) return [{ ...oracle, name: "oracle again" }];
  if (options.backend === undefined) return [...backends.flatMap(subjectsOf), memfs];
  if (options.backend === memfs.name) return [memfs];
  if (!backends.some((name) => name === options.backend)) throw new Error(`--backend is one of ${backends.join(", ")} and memfs`);
  return subjectsOf(options.backend as Backend);
}

const linesShown = options.verbose ? Number.POSITIVE_INFINITY : 4;

function describeFailure(one: Judged): string {
  const shown = one.differences.slice(0, linesShown);
  const more = one.differences.length - shown.length;
  return [
    `different: ${title(one.scenario)} (${one.subject.name}, ${one.medium})`,
    ...shown.map((line) => `    ${line}`),
    ...(more > 0 ? [`    … and ${more} more, see --verbose`] : []),
  ].join("\n");
}

async function main(): Promise<void> {
  const indices = [...catalogue.keys()].filter((index) => {
    const scenario = catalogue[index];
    return scenario !== undefined && title(scenario).includes(options.only ?? "");
  });
  if (indices.length === 0) throw new Error(`no scenario is called "${options.only}"`);
  const subjects = chosenSubjects();
  const { present, missing } = media(project);
  const listed = [
    ...readDifferences(join(project, "compat", "DIFFERENCES.md")),
    ...readMemfsDifferences(join(project, "compat", "MEMFS.md")),
  ];

  console.log(`${indices.length} scenarios × ${subjects.length} configurations × ${present.map((medium) => medium.name).join(" and ")}`);
  for (const reason of missing) console.log(`skipped: ${reason}`);
  const result = await run(indices, subjects, present, (medium, subject, done, of) => {
    console.log(`  ${medium}, ${subject.name}: ${done}/${of}`);
  });
  const judged = judge(result, listed);
  const notRun = subjects.filter((subject) => result.unavailable.has(subject.name)).length * indices.length * present.length;
  const counts = tally(judged, notRun);

  for (const one of judged.filter(isFailure)) console.log(describeFailure(one));
  for (const one of listed) {
    const met = judged.some((other) => other.listed !== undefined && title(other.scenario) === one.title && reasonFor([one], one.title, other.backend) !== undefined);
    const ran = judged.some((other) => title(other.scenario) === one.title && reasonFor([one], one.title, other.backend) !== undefined);
    if (ran && !met) console.log(`listed in DIFFERENCES.md or MEMFS.md but equal now: ${one.title}`);
  }
  for (const [name, reason] of result.unavailable) console.log(`skipped: ${name}: ${reason}`);
  for (const trouble of result.troubles) console.log(`trouble: ${trouble}`);
  console.log(`\n${table(judged, result.unavailable)}\n`);

  // A part of the suite does not overwrite the report on the whole.
  if (options.only === undefined && options.backend === undefined && !options.self) {
    const folder = join(project, "compat", "report");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "report.json"), `${JSON.stringify(reportData(judged, result, counts), undefined, 1)}\n`);
    writeFileSync(join(project, "compat", "REPORT.md"), reportText(judged, result, counts));
  }
  console.log(`compat: ${counts.passed} passed, ${counts.failed + result.troubles.length} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0 || result.troubles.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
