/** npm run bench: caio/fs beside node:fs/promises and others, in turns. See options.ts for what it takes. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { bars, type Bar } from "./bars";
import { describeMachine, machineLine } from "./machine";
import { measure, type Row } from "./measure";
import { parseOptions, usage, type Options } from "./options";
import { gather } from "./peers";
import type { MissingPeer } from "./peers/peer";
import { nodeName } from "./peers/this-node";
import { workFolder } from "./places";
import { messageOf } from "./refusal";
import { readRun, writeRun, type Run } from "./report/json";
import { Progress } from "./report/progress";
import { rowsTable } from "./report/rows";
import { verdictsReport } from "./report/verdicts";
import { selectWorkloads } from "./selection";
import { failures, judge, sweep } from "./verdict";
import { workloads } from "./workloads";

const folder = workFolder();
const progress = new Progress();

const thoroughly = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 };

async function measureRows(options: Options): Promise<{ rows: Row[]; missing: readonly MissingPeer[] }> {
  const { rounds, quota, caio, others, peers, check } = options;
  const selected = selectWorkloads(workloads, options);
  const company = await gather({ caio, others, peers, twins: peers || check }, (text) => progress.step(text));
  try {
    progress.clear();
    const names = company.peers.map(({ title }) => title).join(", ");
    console.log(`${selected.length} rows, ${rounds} rounds: ${names}`);
    for (const { title, reason } of company.missing) console.log(`${title}: does not take part: ${reason}`);
    const rows: Row[] = [];
    for (const [index, workload] of selected.entries()) {
      const seconds = Math.round(performance.now() / 1000);
      const label = `${index + 1} of ${selected.length} (${seconds} s): ${workload.title}`;
      progress.step(label);
      rows.push(
        await measure(workload, company.peers, { rounds, quota, folder }, (round, title) => {
          progress.detail(() => `${label}: ${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}: ${title}`);
        }),
      );
    }
    return { rows, missing: company.missing };
  } finally {
    progress.clear();
    for (const peer of company.peers) await peer.close();
  }
}

async function run(options: Options): Promise<Run> {
  if (options.from !== undefined) return readRun(readFileSync(options.from, "utf8"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      rmSync(folder, thoroughly);
      process.exit(130);
    });
  }
  mkdirSync(folder, { recursive: true });
  try {
    const machine = describeMachine(folder);
    console.log(machineLine(machine));
    return { machine, home: nodeName(process.versions.node), rounds: options.rounds, ...(await measureRows(options)) };
  } finally {
    progress.step(`removing the work files (${Math.round(performance.now() / 1000)} s)`);
    // On several threads: with discard, some file systems wait for the device once per file.
    await rm(folder, thoroughly);
    progress.clear();
  }
}

/** All of them, so that those that cannot be checked are named; of rows asked for by name, only theirs. */
function barsOf({ only }: Options, { rows }: Run): readonly Bar[] {
  const names = new Set(rows.map(({ workload }) => workload.name));
  return only.length === 0 ? bars : bars.filter(({ workload }) => names.has(workload));
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  if (options.list) {
    for (const { name, title } of selectWorkloads(workloads, options)) console.log(`${name}: ${title}`);
    return 0;
  }
  const found = await run(options);
  console.log(`medians of ${found.rounds} rounds; all contents were compared; ratio: the time of node:fs/promises divided by this one's`);
  console.log(rowsTable(found.rows, found.home));
  const failed = failures(found.rows);
  const verdicts = options.check ? barsOf(options, found).map((bar) => judge(found.rows, bar)) : [];
  const swept = options.check ? sweep(found.rows) : [];
  if (options.check) console.log(`\n${verdictsReport(verdicts, swept, failed)}`);
  else for (const failure of failed) console.log(`FAILED  ${failure}`);
  if (options.json !== undefined) writeFileSync(options.json, writeRun({ ...found, verdicts: [...verdicts, ...swept] }));
  if (options.plots) {
    const { drawPlots } = await import("./plots/index.js");
    for (const file of drawPlots(found)) console.log(file);
  }
  return failed.length === 0 && [...verdicts, ...swept].every(({ state }) => state !== "missed") ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    progress.clear();
    console.error(`bench: ${messageOf(error)}`);
    process.exitCode = 1;
  },
);
