/** npm run property:native [-- --calls N] [--seed S] [--addon FILE]: the addon called with arbitrary values, in a process that may crash. */

import { spawn } from "node:child_process";
import { mkdirSync, openSync, closeSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { limited } from "./limited";
import type { Assignment, Tally } from "./native-message";
import { Watchdog } from "../../endurance/watchdog";

const project = join(__dirname, "..", "..", "..");

const { values: options } = parseArgs({ options: { calls: { type: "string", default: "30000" }, seed: { type: "string" }, addon: { type: "string", default: join(project, "build", "Release", "caio.node") } } });

const longestSilence = 60_000;

interface Run {
  readonly tally: Tally;
  /** How the process ended, when not well. */
  readonly trouble: string | undefined;
}

function run(assignment: Assignment): Promise<Run> {
  mkdirSync(assignment.folder, { recursive: true });
  // A call that takes something for descriptor 0, 1 or 2 meets a file.
  const standard = ["in", "out", "err"].map((name) => openSync(join(assignment.folder, "..", name), "w+"));
  const [command, ...args] = limited([process.execPath, "--expose-gc", join(__dirname, "native-worker.js"), JSON.stringify(assignment)]);
  const child = spawn(command, args, { stdio: [...standard, "pipe"] });
  for (const fd of standard) closeSync(fd);
  let tally: Tally = { calls: 0, thrown: 0, pending: 0, failures: [] };
  const watchdog = new Watchdog(child, longestSilence);
  createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => {
    tally = JSON.parse(line) as Tally;
    watchdog.heard();
  });
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      const ended = watchdog.hung ? "hung" : signal !== null ? `crashed with ${signal}` : code !== 0 ? `ended with ${code}` : undefined;
      const complaint = readFileSync(join(assignment.folder, "..", "err"), "latin1").slice(-1500);
      const lastCall = readFileSync(join(assignment.folder, "..", "last-call"), "utf8").trim();
      resolve({ tally, trouble: ended === undefined ? undefined : `${ended} after ${lastCall}\n${complaint}` });
    });
  });
}

async function main(): Promise<void> {
  const seed = options.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(options.seed);
  const calls = Number(options.calls);
  const scratch = join(project, "scratch", "property-native", String(process.pid));
  console.log(`property:native: seed ${seed}, ${calls} calls`);
  try {
    const { tally, trouble } = await run({ seed, calls, first: 0, addon: resolve(options.addon), folder: join(scratch, "n", "room") });
    for (const failure of tally.failures.slice(0, 20)) console.log(`failed: ${failure}`);
    if (trouble !== undefined) console.log(`failed: ${trouble}`);
    const failures = tally.failures.length + (trouble === undefined ? 0 : 1);
    console.log(`property:native: ${tally.calls} calls, ${tally.thrown} refused, ${tally.pending} pending, seed ${seed}, ${failures} failures`);
    if (failures > 0 || (trouble === undefined && tally.calls < calls)) process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
