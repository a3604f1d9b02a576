/**
 * `npm run examples`: each example once on caio and once on node:fs/promises; their results must be the same.
 * `npm run examples -- --measure` also measures: in turns, several rounds, medians. `--rounds N`, `--size N`, `--only TEXT`.
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import nodePromises from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import caioFs from "caio/fs";
import type { Example, FileSystem } from "./example";
import { example as keyValueStore } from "./key-value-store";
import { example as logAppender } from "./log-appender";
import { example as opentelemetry } from "./opentelemetry";
import { example as staticServer } from "./static-server";
import { example as treeHasher } from "./tree-hasher";
import { example as walWriter } from "./wal-writer";

export const examples: readonly Example[] = [staticServer, logAppender, treeHasher, keyValueStore, walWriter, opentelemetry];

const implementations: readonly { readonly name: string; readonly fs: FileSystem; readonly isCaio: boolean }[] = [
  { name: "node:fs/promises", fs: nodePromises, isCaio: false },
  { name: "caio/fs", fs: caioFs, isCaio: true },
];

const median = (numbers: readonly number[]): number => numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN;

/** On a disk: in /tmp there may be none. */
export function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const parent = path.resolve("scratch");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, "example-"));
  return work(folder).finally(() => rmSync(folder, { recursive: true, force: true }));
}

interface Outcome {
  readonly results: ReadonlySet<string>;
  /** Milliseconds of each implementation's rounds. */
  readonly times: readonly number[][];
}

/** The implementations by turns, so that what disturbs the machine disturbs both. */
export async function run(example: Example, size: number, rounds: number): Promise<Outcome> {
  const results = new Set<string>();
  const times: number[][] = implementations.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { fs, isCaio }] of implementations.entries()) {
      await inFolder(async (folder) => {
        const began = performance.now();
        results.add(await example.exercise({ fs, isCaio, folder, size }));
        times[index]?.push(performance.now() - began);
      });
    }
  }
  return { results, times };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      measure: { type: "boolean", default: false },
      rounds: { type: "string", default: "5" },
      size: { type: "string" },
      only: { type: "string", default: "" },
    },
  });
  const rounds = values.measure ? Number(values.rounds) : 1;
  const size = Number(values.size ?? (values.measure ? 10 : 1));
  for (const example of examples.filter(({ name }) => name.includes(values.only))) {
    const { results, times } = await run(example, size, rounds);
    const isSame = results.size === 1;
    if (!isSame) process.exitCode = 1;
    const [node = Number.NaN, caio = Number.NaN] = times.map(median);
    const measured = values.measure ? `  ${node.toFixed(1)} ms on node:fs/promises, ${caio.toFixed(1)} ms on caio: ${(node / caio).toFixed(2)}x` : "";
    console.log(`${isSame ? "same result" : "DIFFERENT RESULTS"}  ${example.name.padEnd(32)}${measured}`);
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
