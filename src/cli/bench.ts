/** `caio bench [FOLDER]`: node:fs/promises and caio/fs side by side on the user's own disk, in about two minutes. */

import { mkdtempSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { oracle } from "../fs/oracle";
import { engineFor } from "../backends/select";
import { median, verdictOf } from "./bench/verdict";
import { makeFiles, workloads, type Functions, type Workload } from "./bench/workloads";

const usage = `Usage: caio bench [FOLDER] [--seconds N]

Compares node:fs/promises with caio/fs on files in a new folder within FOLDER (the current one unless given), which is
removed afterwards. It takes N seconds, 100 unless given.`;

/** A line that is written over, on a terminal only. */
function progress(done: number, all: number, what: string): void {
  if (!process.stderr.isTTY) return;
  const width = 30;
  const full = Math.round((width * done) / all);
  process.stderr.write(`\r[${"#".repeat(full)}${"-".repeat(width - full)}] ${what.padEnd(40)}${done === all ? "\r\x1b[K" : ""}`);
}

/** Laps in turns, so that what disturbs the machine disturbs both, and the one that begins changes. */
async function measure(workload: Workload, sides: readonly Functions[], folder: string, seconds: number): Promise<number[][]> {
  const prepared = await Promise.all(sides.map((side) => workload.prepare(side, folder)));
  const times: number[][] = sides.map(() => []);
  try {
    for (const each of prepared) await each.lap();
    const until = performance.now() + seconds * 1000;
    for (let round = 0; performance.now() < until || round < 5; round++) {
      for (let turn = 0; turn < sides.length; turn++) {
        const side = (round + turn) % sides.length;
        const began = performance.now();
        await prepared[side]?.lap();
        times[side]?.push(performance.now() - began);
      }
    }
  } finally {
    for (const each of prepared) await each.end();
  }
  return times;
}

async function compare(parent: string, seconds: number): Promise<void> {
  // Node's own, also in a program that was started with caio/register.
  const node = oracle as unknown as Functions;
  const caio = require("../fs/index") as Functions;
  const folder = mkdtempSync(path.join(parent, "caio-bench-"));
  try {
    await makeFiles(node, folder);
    console.log(`Node ${process.versions.node}, caio on '${engineFor().backend}', in ${parent}. Microseconds per operation, medians; warm cache.`);
    for (const [index, workload] of workloads.entries()) {
      progress(index, workloads.length, workload.name);
      const [ofNode = [], ofCaio = []] = await measure(workload, [node, caio], folder, seconds / workloads.length);
      progress(index + 1, workloads.length, workload.name);
      const shown = [ofNode, ofCaio].map((times) => ((median(times) * 1000) / workload.operations).toFixed(1).padStart(9));
      console.log(`${workload.name.padEnd(38)} node ${shown[0]}  caio ${shown[1]}  ${verdictOf(ofNode, ofCaio)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the exit status */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h" }, seconds: { type: "string", default: "100" } },
    });
    if (values.help === true) {
      console.log(usage);
      return 0;
    }
    const seconds = Number(values.seconds);
    const parent = path.resolve(positionals[0] ?? ".");
    if (!(seconds > 0 && seconds <= 3600) || positionals.length > 1) {
      console.error(usage);
      return 1;
    }
    if (!statSync(parent).isDirectory()) throw new Error(`${parent} is no directory`);
    await compare(parent, seconds);
    return 0;
  } catch (error) {
    console.error(`caio bench: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}
