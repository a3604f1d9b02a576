/** npm run property [-- --operations N] [--seed S] [--path P] [--backend NAME] [--medium disk|memory] [--fault NAME] [--self] [--verbose] */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { backends, oracle, subjectsOf, type Backend, type Subject } from "../configuration";
import { media, type Medium } from "../media";
import { codeOf } from "./program";
import { search, type Difference, type SearchResult } from "./search";

const project = join(__dirname, "..", "..", "..");

const { values: options } = parseArgs({
  options: {
    /** On each medium and each subject. */
    operations: { type: "string", default: "12000" },
    seed: { type: "string" },
    path: { type: "string" },
    backend: { type: "string" },
    medium: { type: "string" },
    /** Instead of a backend: the oracle with one of compat's deliberate faults, which has to be found. */
    fault: { type: "string" },
    /** The oracle against itself: finds what differs from run to run. */
    self: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

function chosenSubjects(): readonly Subject[] {
  if (options.fault !== undefined) return [{ name: options.fault, tryNow: true, fault: options.fault }];
  if (options.self) return [{ ...oracle, name: "oracle again" }];
  if (options.backend === undefined) return backends.flatMap(subjectsOf);
  if (!backends.some((name) => name === options.backend)) throw new Error(`--backend is one of ${backends.join(", ")}`);
  return subjectsOf(options.backend as Backend);
}

function chosenMedia(): readonly Medium[] {
  const { present, missing } = media(project);
  for (const reason of missing) console.log(`skipped: ${reason}`);
  const chosen = present.filter((medium) => options.medium === undefined || medium.name === options.medium);
  if (chosen.length === 0) throw new Error("--medium is disk or memory");
  return chosen;
}

function wholeNumber(name: string, given: string): number {
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`--${name} is a whole number`);
  return number;
}

const linesShown = 12;

function describe({ medium, subject, program, differences, seed, path, shrinks }: Difference): string {
  const shown = options.verbose ? differences : differences.slice(0, linesShown);
  const choice = subject.backend === undefined ? (subject.fault === undefined ? " --self" : ` --fault ${JSON.stringify(subject.fault)}`) : ` --backend ${subject.backend}`;
  return [
    `\ndifferent: ${subject.name} on ${medium}, shrunk ${shrinks} times`,
    ...codeOf(program).split("\n").map((line) => `    ${line}`),
    ...shown.map((line) => `  ${line}`),
    ...(differences.length > shown.length ? [`  … and ${differences.length - shown.length} more, see --verbose`] : []),
    `again: npm run property -- --seed ${seed} --path ${path} --medium ${medium}${choice}`,
  ].join("\n");
}

function report(medium: Medium, result: SearchResult): void {
  console.log(`${medium.name}: ${result.programs} programs, ${result.operations} operations on each subject`);
  for (const [name, { hits, misses }] of result.tries) if (hits + misses > 0) console.log(`  ${name}: try-now ${hits} hits, ${misses} misses`);
  for (const [name, reason] of result.unavailable) console.log(`  skipped: ${name}: ${reason}`);
  for (const trouble of result.troubles) console.log(`  trouble: ${trouble}`);
  if (result.found !== undefined) console.log(describe(result.found));
}

const seedsApart = 1_000_000_000;

async function main(): Promise<void> {
  const seed = options.seed === undefined ? Math.floor(Math.random() * 1e9) : wholeNumber("seed", options.seed);
  const operations = wholeNumber("operations", options.operations);
  const subjects = chosenSubjects();
  const places = chosenMedia();
  const began = Date.now();
  console.log(`property: seed ${seed}, ${operations} operations; ${subjects.map((subject) => subject.name).join("; ")}`);
  const results = await Promise.all(
    places.map(async (medium, position) => {
      // Other programs on each medium; a program that is played again has its own seed.
      const result = await search(medium, subjects, {
        seed: options.path === undefined ? seed + position * seedsApart : seed,
        operations,
        path: options.path,
        progress: (done) => {
          if (options.verbose) console.log(`  ${medium.name}: ${done}/${operations}`);
        },
      });
      report(medium, result);
      return result;
    }),
  );
  const found = results.filter((result) => result.found !== undefined).length;
  const troubles = results.reduce((sum, result) => sum + result.troubles.length, 0);
  const total = results.reduce((sum, result) => sum + result.operations, 0);
  console.log(`\nproperty: ${total} operations in ${Math.round((Date.now() - began) / 1000)} s, seed ${seed}, ${found} differences${troubles > 0 ? `, ${troubles} troubles` : ""}`);
  const wanted = options.fault === undefined ? 0 : places.length;
  if (options.fault !== undefined) console.log(found === wanted ? `caught: ${options.fault}` : `MISSED: ${options.fault}`);
  if (found !== wanted || troubles > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
