/** npm run compat [-- --only NAME] [--backend NAME] [--node 22,24,newest] [--half] [--self] [--verbose] */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fetchNodes, parseNodeList, type OtherNode } from "./nodes";
import type { Summary, Tally } from "./report";
import { writeReport } from "./report-file";
import { title } from "./scenario";
import { isWhole, runSuite } from "./suite";

const project = join(__dirname, "..", "..");

const { values: options } = parseArgs({
  options: {
    /** Part of "function: scenario name". */
    only: { type: "string" },
    backend: { type: "string" },
    /** Versions of Node to run on besides the running one. */
    node: { type: "string" },
    /** Every backend, with and without try-now, on the disk and in memory, but not each with each. */
    half: { type: "boolean", default: false },
    /** The oracle against itself: finds scenarios that differ from run to run. */
    self: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    /** The file for the summary of a run that is a part of another one. */
    summary: { type: "string" },
  },
});

/** The same run under another Node, whose own fs/promises is the oracle there. */
function runUnder({ version, binary }: OtherNode): Summary {
  const folder = mkdtempSync(join(tmpdir(), "caio-compat-"));
  const file = join(folder, "summary.json");
  const given = Object.entries(options).flatMap(([name, value]) => {
    if (name === "node" || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, value];
  });
  try {
    const { error } = spawnSync(binary, [__filename, ...given, "--summary", file], { stdio: "inherit" });
    if (error !== undefined) throw error;
    return JSON.parse(readFileSync(file, "utf8")) as Summary;
  } catch (cause) {
    throw new Error(`the suite gave no summary on Node ${version}`, { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const failures = ({ counts, troubles }: Summary): number => counts.failed + troubles.length;

const lineOf = (label: string, { passed, failed, skipped }: Tally): string => `${label}: ${passed} passed, ${failed} failed, ${skipped} skipped`;

/** Once more, in few words, at the very end: of a long log only that may be kept. */
function failed({ node, scenarios, troubles }: Summary): string[] {
  const lines = scenarios.flatMap((scenario) =>
    scenario.different
      .filter(({ listed }) => listed === undefined)
      .map(({ subject, medium, differences }) => `different: ${title(scenario)} (Node ${node}, ${subject}, ${medium}): ${differences[0]}`),
  );
  return [...lines, ...troubles.map((trouble) => `trouble: ${trouble} (Node ${node})`)];
}

async function main(): Promise<void> {
  // Downloads first: what cannot be had should not come out after minutes.
  const others = options.node === undefined ? [] : fetchNodes(parseNodeList(options.node), join(project, "node_modules", ".cache", "caio-nodes"), console.log);
  const summaries = [await runSuite(project, { ...options, inMemory: true })];
  for (const other of others) {
    if (other.version !== process.versions.node) summaries.push(runUnder(other));
  }

  if (options.summary !== undefined) writeFileSync(options.summary, JSON.stringify(summaries[0]));
  // A part of the suite does not overwrite the report on the whole.
  // CI compares on fewer versions than the report tells of.
  else if (isWhole(options) && !options.half && process.env["CI"] === undefined) writeReport(project, summaries);
  const counts = (count: (summary: Summary) => number): number => summaries.reduce((sum, summary) => sum + count(summary), 0);
  const sum = { passed: counts((one) => one.counts.passed), failed: counts(failures), skipped: counts((one) => one.counts.skipped) };
  for (const line of summaries.flatMap(failed)) console.log(line);
  if (summaries.length > 1) for (const one of summaries) console.log(lineOf(`Node ${one.node}`, { ...one.counts, failed: failures(one) }));
  console.log(lineOf("compat", sum));
  if (sum.failed > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
