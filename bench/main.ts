/** npm run bench: caio/fs beside node:fs/promises, in one process, in turns. See options.ts for what it takes. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { byName, chosen, everyBackend, node, type Implementation } from "./implementations";
import { describeMachine, machineLine } from "./machine";
import { measure } from "./measure";
import { parseOptions, usage, type Options } from "./options";
import { Progress } from "./progress";
import { json, table } from "./report";
import { shortcomings, type Row } from "./verdict";
import { workloads } from "./workloads";

const folder = join(resolve(__dirname, "../.."), "scratch", `bench-${process.pid}`);
const progress = new Progress();

async function implementations({ backends, allBackends }: Options): Promise<Implementation[]> {
  const named = await Promise.all(backends.map(byName));
  const first = named.length > 0 ? named : [await chosen()];
  if (!allBackends) return first;
  const others: Implementation[] = [];
  for (const one of await everyBackend()) {
    if ("fs" in one) others.push(one);
    else console.log(`${one.name}: not available here: ${one.reason}`);
  }
  return [...first, ...others.filter(({ name }) => first.every((taken) => taken.name !== name))];
}

async function run(options: Options): Promise<Row[]> {
  const { rounds, milliseconds, only } = options;
  const caio = await implementations(options);
  const selected = workloads.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));
  if (selected.length === 0) throw new Error(`no such row: one of ${workloads.map(({ name }) => name).join(", ")}`);

  const rows: Row[] = [];
  for (const [index, workload] of selected.entries()) {
    const label = `${index + 1} of ${selected.length}: ${workload.title}`;
    progress.step(`${label}: making files`);
    workload.files(folder);
    const sides = await measure(workload, [node, node, ...caio], { rounds, milliseconds, folder }, (round, name) => {
      const text = `${label}: ${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}: ${name}`;
      progress.detail(() => text);
    });
    const [first, again, ...rest] = sides;
    if (first === undefined || again === undefined) throw new Error("nothing was measured");
    rows.push({ workload, node: first, again, caio: rest });
  }
  progress.clear();
  return rows;
}

function removeWorkFiles(): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      removeWorkFiles();
      process.exit(130);
    });
  }
  mkdirSync(folder, { recursive: true });
  try {
    const machine = describeMachine(folder);
    console.log(machineLine(machine));
    const rows = await run(options);
    console.log(`median of ${options.rounds} rounds; every byte read was compared; ratio: Node's time divided by this one's`);
    console.log(table(rows));
    if (options.json !== undefined) writeFileSync(options.json, `${json(machine, rows)}\n`);
    const missed = options.check ? rows.flatMap(shortcomings) : [];
    for (const line of missed) console.log(`MISSED  ${line}`);
    if (options.check && missed.length === 0) console.log("every ratio is reached");
    return missed.length === 0 ? 0 : 1;
  } finally {
    progress.clear();
    removeWorkFiles();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
