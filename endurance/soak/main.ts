/** npm run soak [-- --operations N] [--backend NAME] [--seed S] [--faults-only]: mixed operations for a long time, and nothing that grows. */

import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { backends, type BackendName } from "caio";
import { backendNames, isBackend, seedOf, wholeNumber } from "../options";
import { project } from "../package";
import { faults, type Assignment, type Fault, type SoakReport } from "./assignment";
import { flatness, judge, mebibytes, together, tolerated } from "./judgement";
import { Watchdog } from "../watchdog";

const { values: options } = parseArgs({
  options: {
    /** In all; shared out among the backends. */
    operations: { type: "string", default: "80000" },
    backend: { type: "string" },
    seed: { type: "string" },
    /** Only the proof that faults are found. */
    "faults-only": { type: "boolean", default: false },
  },
});

const scratch = join(project, "scratch", "soak", String(process.pid));
/** Of silence, after which a process hangs. */
const patience = 300_000;
const faultyOperations = 6000;

interface Outcome {
  readonly report: SoakReport | undefined;
  readonly failures: readonly string[];
}

let folders = 0;

function run(planned: Omit<Assignment, "folder">): Promise<Outcome> {
  const assignment: Assignment = { ...planned, folder: join(scratch, String(folders++)) };
  mkdirSync(assignment.folder, { recursive: true });
  const child = spawn(process.execPath, ["--expose-gc", join(__dirname, "round.js"), JSON.stringify(assignment)], { stdio: ["ignore", "pipe", "pipe"] });
  let last = "";
  let rest = "";
  let complaint = "";
  const watchdog = new Watchdog(child, patience);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    watchdog.heard();
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    last = lines.at(-1) ?? last;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      rmSync(assignment.folder, { recursive: true, force: true });
      const report = last === "" ? undefined : (JSON.parse(last) as SoakReport);
      const failures = report === undefined ? [] : judge(assignment.backend, assignment.operations, report);
      if (watchdog.hung) failures.push(`hung, after ${patience / 1000} s without a word`);
      else if (code !== 0) failures.push(`ended with ${signal ?? code}\n${complaint.slice(0, 4000)}`);
      resolve({ report, failures });
    });
  });
}

/** What is said of each. */
const signs: Readonly<Record<Fault, RegExp>> = {
  "wrong byte": /.*(that are not the|in place of).*/,
  "descriptors kept": /.*descriptors more.*/,
  "memory kept": /.*resident memory grew.*/,
  "nothing but hits": /.*were misses.*/,
};

/** A check that cannot fail is none: each of these must be found. */
async function proveThatFaultsAreFound(backend: BackendName, seed: number): Promise<number> {
  let missed = 0;
  for (const fault of faults) {
    const { failures } = await run({ backend, operations: faultyOperations, seed, fault });
    const found = signs[fault].exec(failures.join("\n"))?.[0];
    if (found === undefined) missed++;
    console.log(`deliberate fault, ${fault}: ${found?.trim() ?? "MISSED"}`);
  }
  return missed;
}

function tell(backend: BackendName, seconds: number, { report, failures }: Outcome): void {
  if (report !== undefined) {
    const { atFirst, atLast } = flatness(report.samples);
    const made = Object.values(report.calls).reduce((sum, count) => sum + count, 0);
    const { hits, misses, all } = together(report.served);
    console.log(
      `${backend}: ${made} operations of ${Object.keys(report.calls).length} kinds in ${seconds.toFixed(0)} s; ` +
        `resident ${mebibytes(atFirst.rss)} warmed up, ${mebibytes(atLast.rss)} at the end; ` +
        `descriptors ${atFirst.descriptors}, ${atLast.descriptors}; ` +
        `try-now ${hits} hits, ${misses} misses of ${all} (${((100 * misses) / all).toFixed(0)} %)`,
    );
    const kinds = Object.entries(report.served).map(([kind, served]) => `${kind} ${served.hits}/${served.misses}/${served.all}`);
    console.log(`  hits/misses/all: ${kinds.join(", ")}`);
    console.log(`  calls: ${Object.entries(report.calls).map(([name, count]) => `${name} ${count}`).join(", ")}`);
  }
  for (const failure of failures) console.log(`failed: ${backend}: ${failure}`);
}

async function main(): Promise<void> {
  const seed = seedOf(options.seed);
  const { backend: only } = options;
  if (only !== undefined && !isBackend(only)) throw new Error(`--backend is one of ${backendNames.join(", ")}`);
  const chosen = backends().filter(({ name }) => only === undefined || name === only);
  for (const { name, available, reason } of chosen) if (!available) console.log(`skipped: ${name}: ${reason}`);
  const served = chosen.filter(({ available }) => available).map(({ name }) => name);
  const [first] = served;
  if (first === undefined) throw new Error("no backend to run on");
  const operations = Math.ceil(wholeNumber("operations", options.operations) / served.length);
  console.log(
    `soak: seed ${seed}, ${operations} operations on each of ${served.join(", ")}; tolerated: ${tolerated.mebibytes} MiB and ` +
      `${tolerated.descriptors} descriptors more at the end than when warmed up; at least ${tolerated.missesPerHundred} % misses`,
  );
  try {
    let failures = await proveThatFaultsAreFound(first, seed);
    for (const backend of options["faults-only"] ? [] : served) {
      const began = Date.now();
      const outcome = await run({ backend, operations, seed });
      tell(backend, (Date.now() - began) / 1000, outcome);
      failures += outcome.failures.length;
    }
    if (failures > 0) process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
