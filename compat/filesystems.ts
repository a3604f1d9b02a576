/** npm run compat:filesystems [-- --on ext4,xfs] [--only NAME] [--backend NAME] [--self] [--verbose] */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { failuresOf, keep, tableOf, writeFileSystems } from "./filesystems/report";
import { kinds } from "./filesystems/kinds";
import type { Assignment, Outcome } from "./filesystems/outcome";
import { isWhole } from "./suite";

const project = join(__dirname, "..", "..");

const { values: options } = parseArgs({
  options: {
    /** File systems, with commas between them; all where it is left out. */
    on: { type: "string" },
    /** The rest is as of npm run compat. */
    only: { type: "string" },
    backend: { type: "string" },
    self: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

/** Mounts, daemons and a network of the run's own: whatever ends the first process in there ends them all. */
const namespaces = ["--mount", "--propagation", "private", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

function whyNoNamespaces(): string | undefined {
  if (process.platform !== "linux") return "the file systems are mounted on Linux only";
  if (process.geteuid?.() !== 0) return "only root can mount";
  const { error, status, stderr } = spawnSync("unshare", [...namespaces, "true"], { encoding: "utf8" });
  if (error !== undefined) return "there is no unshare here: it is in util-linux";
  return status === 0 ? undefined : stderr.trim();
}

function runInside(assignment: Assignment): Promise<void> {
  const inside = [process.execPath, join(__dirname, "filesystems", "inside.js"), JSON.stringify(assignment)];
  const child = spawn("unshare", [...namespaces, ...inside], { stdio: ["pipe", "inherit", "inherit"] });
  const stop = (): void => {
    // Not a gentler one: unshare holds those back for as long as its child runs.
    child.kill("SIGKILL");
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, stop);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      for (const each of signals) process.off(each, stop);
      if (code === 0) resolve();
      else reject(new Error(`the run in the namespaces ended with ${signal ?? code}`));
    });
  });
}

/** Of a run that ended early: of each file system that it got to. */
function outcomesIn(folder: string, names: readonly string[]): Outcome[] {
  const files = names.map((name) => join(folder, `${name}.json`)).filter((file) => existsSync(file));
  return files.map((file) => JSON.parse(readFileSync(file, "utf8")) as Outcome);
}

async function outcomesOf(names: readonly string[]): Promise<Outcome[]> {
  const skipped = whyNoNamespaces();
  if (skipped !== undefined) return names.map((name) => ({ name, skipped }));
  const parent = join(project, "scratch");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "filesystems-"));
  try {
    const { only, backend, self, verbose } = options;
    await runInside({ names, folder, only, backend, self, verbose });
    return outcomesIn(folder, names);
  } finally {
    const reached = outcomesIn(folder, names);
    if (reached.length < names.length) console.log(`\n${tableOf(reached)}\n`);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const all = kinds.map(({ name }) => name);
  const names = options.on?.split(",") ?? all;
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`--on takes of ${all.join(", ")}; not ${unknown.join(", ")}`);
  const outcomes = await outcomesOf(names);
  console.log(`\n${tableOf(outcomes)}\n`);
  const of = (count: (outcome: Outcome) => number): number => outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
  const failed = of(({ summary }) => (summary === undefined ? 0 : failuresOf(summary)));
  const passed = of(({ summary }) => summary?.counts.passed ?? 0);
  const skipped = of(({ summary }) => summary?.counts.skipped ?? 0);
  const missing = of(({ summary }) => (summary === undefined ? 1 : 0));
  if (isWhole(options) && process.env["CI"] === undefined) writeFileSystems(project, keep(project, all, outcomes));
  console.log(`compat:filesystems: ${passed} passed, ${failed} failed, ${skipped} skipped, and ${missing} file systems that could not be had`);
  if (failed > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
