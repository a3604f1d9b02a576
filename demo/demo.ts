/**
 * npm run demo [FOLDER] [-- --rounds N]: runs one program on node:fs/promises and on caio/fs over every available
 * backend, in turns, and shows that all come to the same result, and how fast.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import nodeFs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Progress } from "../bench/report/progress";
import { formatTable } from "../bench/report/table";
import { loadImplementation, offered, type Implementation, type Offered } from "../bench/runner/implementations";
import { median } from "../bench/statistics";
import { copyAndVerify, removeCopy, warmUp, type Outcome } from "./program";

interface Run {
  readonly implementation: Implementation;
  /** One per round. */
  readonly milliseconds: number[];
  outcome: Outcome | undefined;
}

const project = resolve(__dirname, "../..");
const scratch = join(project, "scratch");
const progress = new Progress();

const titleOf = (name: string): string => (name === "fs" ? "node:fs/promises" : name.replace("caio/", "caio/fs/"));

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isWithin = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../");
};

/** Beside the source where that is this project, so that both lie on one disk. */
function temporaryFolder(source: string): string {
  const parent = isWithin(project, source) ? scratch : tmpdir();
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, "caio-demo-"));
}

/** Operations under way may still make files while we remove them: hence the retries. */
const remove = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
};

function removeOnSignal(folder: string): void {
  for (const [signal, number] of [["SIGINT", 2], ["SIGTERM", 15], ["SIGHUP", 1]] as const) {
    process.once(signal, () => {
      progress.clear();
      remove(folder);
      process.exit(128 + number);
    });
  }
}

/** The dirty pages of one implementation must not be written back on the time of the next. Without sync(1), they are. */
const settle = (): void => {
  spawnSync("sync");
};

async function timed<Result>(label: string, work: () => Promise<Result>): Promise<{ took: number; result: Result }> {
  progress.step(label);
  const began = performance.now();
  try {
    const result = await work();
    return { took: performance.now() - began, result };
  } catch (error) {
    throw new Error(`${label}: ${describe(error)}`, { cause: error });
  }
}

/**
 * All copy before any removes: ext4 steps over every inode that was deleted in the last minutes when it makes a file,
 * so whoever comes after a removal would pay for it.
 */
async function round(title: string, runs: readonly Run[], source: string, temporary: string): Promise<void> {
  const copyOf = (run: Run): string => join(temporary, String(runs.indexOf(run)));
  const copying: number[] = [];
  for (const run of runs) {
    const label = `${title}${titleOf(run.implementation.name)}`;
    const { took, result } = await timed(`${label}: copy and verify`, () =>
      copyAndVerify(run.implementation.fs, source, copyOf(run), [scratch, temporary], (phase, done, total) => {
        progress.detail(() => `${label}: ${phase} ${done} of ${total}`);
      }),
    );
    settle();
    copying.push(took);
    if (run.outcome !== undefined && run.outcome.digest !== result.digest)
      throw new Error(`${label}: another digest than in the round before (did ${source} change meanwhile?)`);
    run.outcome = result;
  }
  for (const [index, run] of runs.entries()) {
    const { took } = await timed(`${title}${titleOf(run.implementation.name)}: remove`, () =>
      removeCopy(run.implementation.fs, copyOf(run)),
    );
    run.milliseconds.push((copying[index] ?? 0) + took);
  }
}

async function measure(runs: readonly Run[], rounds: number, source: string, temporary: string): Promise<void> {
  progress.step("warm-up: reading everything once");
  await warmUp(nodeFs, source, [scratch, temporary], (phase, done, total) => {
    progress.detail(() => `warm-up: ${phase} ${done} of ${total}`);
  });
  for (let number = 1; number <= rounds; ++number)
    await round(rounds === 1 ? "" : `round ${number} of ${rounds}: `, runs, source, temporary);
}

function show(runs: readonly Run[], unavailable: readonly Offered[]): void {
  const reference = median(runs[0]?.milliseconds ?? []);
  const columns = [
    { title: "implementation" },
    { title: "files", alignRight: true },
    { title: "bytes", alignRight: true },
    { title: "digest" },
    { title: "time", alignRight: true },
    { title: "ratio", alignRight: true },
  ];
  const rows = runs.map(({ implementation, milliseconds, outcome }) => [
    titleOf(implementation.name),
    String(outcome?.files),
    String(outcome?.bytes),
    outcome?.digest.slice(0, 12) ?? "",
    `${(median(milliseconds) / 1000).toFixed(2)} s`,
    `${(reference / median(milliseconds)).toFixed(2)}x`,
  ]);
  console.log(formatTable(columns, rows));
  for (const { name, reason } of unavailable) console.log(`${titleOf(name)}: not available here: ${reason}`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: "string", default: "1" } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a number from 1, not ${values.rounds}`);
  if (positionals.length > 1) throw new Error("one folder at most");
  const source = resolve(positionals[0] ?? project);
  if (!statSync(source).isDirectory()) throw new Error(`not a directory: ${source}`);

  const all = (await offered()).filter(({ name }) => name !== "caio");
  const available = all.filter(({ reason }) => reason === undefined);
  const implementations = await Promise.all(available.map(({ name }) => loadImplementation(name)));
  const runs = implementations.map((implementation): Run => ({ implementation, milliseconds: [], outcome: undefined }));

  const temporary = temporaryFolder(source);
  removeOnSignal(temporary);
  try {
    console.log(`walk, hash, copy, verify and remove ${source}`);
    await measure(runs, rounds, source, temporary);
  } finally {
    progress.clear();
    remove(temporary);
  }

  show(runs, all.filter(({ reason }) => reason !== undefined));
  if (new Set(runs.map(({ outcome }) => outcome?.digest)).size === 1) return 0;
  console.log(`FAILED: the digests differ (did ${source} change meanwhile?)`);
  return 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`demo: ${describe(error)}`);
    process.exitCode = 1;
  },
);
