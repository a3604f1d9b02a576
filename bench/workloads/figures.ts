/** What it costs to have caio there: time and memory of a process of its own. */

import { constants, existsSync } from "node:fs";
import { join } from "node:path";
import { alignedMemory } from "../aligned-memory";
import { makePatternFile, makeSmallFiles, smallFiles } from "../files";
import type { FigureWorkload } from "../workload";

const collect = (): void => globalThis.gc?.();
const resident = (): number => {
  collect();
  return process.memoryUsage().rss;
};

const startUp: FigureWorkload = {
  kind: "figure",
  name: "start-up",
  title: "time to import the module",
  selections: ["core", "short"],
  unit: "microseconds",
  files: () => undefined,
  figure: async (load) => {
    const began = performance.now();
    await load();
    return (performance.now() - began) * 1000;
  },
};

const residentMemory: FigureWorkload = {
  kind: "figure",
  name: "resident",
  title: "resident memory of the process after one readFile",
  selections: ["core", "short"],
  unit: "bytes",
  files: makeSmallFiles,
  figure: async (load, folder) => {
    const { fs } = await load();
    await fs.readFile(smallFiles(folder)[0]?.path ?? "");
    return resident();
  },
};

const inFlight = 32768;
const block = 4096;
const directFile = (folder: string): string => join(folder, "in-flight.bin");

/** O_DIRECT, so that none of them is over when the last one begins; all into one buffer, so that it does not count. */
const memoryInFlight: FigureWorkload = {
  kind: "figure",
  name: "memory-in-flight",
  title: "memory of an operation in flight, of 32,768",
  selections: [],
  rounds: 3,
  unit: "bytes",
  files: (folder) => {
    if (!existsSync(directFile(folder))) makePatternFile(directFile(folder), 16 * 2 ** 20);
  },
  figure: async (load, folder) => {
    const { fs } = await load();
    const buffer = await alignedMemory(block, directFile(folder));
    const handle = await fs.open(directFile(folder), constants.O_RDONLY | constants.O_DIRECT);
    const read = (index: number): Promise<unknown> => handle.read(buffer, 0, block, (index % 4096) * block);
    await Promise.all(Array.from({ length: 64 }, (_, index) => read(index)));
    // Room for all of them before memory is looked at.
    const promises = new Array<Promise<unknown>>(inFlight).fill(Promise.resolve());
    const before = resident();
    for (let index = 0; index < inFlight; ++index) promises[index] = read(index);
    const after = process.memoryUsage().rss;
    await Promise.all(promises);
    await handle.close();
    return (after - before) / inFlight;
  },
};

const warmUp = 20_000;
const opened = 100_000;

const growth: FigureWorkload = {
  kind: "figure",
  name: "growth",
  title: "growth of memory per open, read, close, over 100,000",
  selections: [],
  rounds: 1,
  unit: "bytes",
  files: makeSmallFiles,
  figure: async (load, folder) => {
    const { fs } = await load();
    const files = smallFiles(folder);
    const buffers = Array.from({ length: files.length }, () => Buffer.alloc(32768));
    const one = async (index: number): Promise<void> => {
      const { path, bytes } = files[index % files.length] as (typeof files)[number];
      const handle = await fs.open(path, "r");
      const { bytesRead } = await handle.read(buffers[index % files.length] as Buffer, 0, 32768, 0);
      await handle.close();
      if (bytesRead !== bytes.length) throw new Error(`${bytesRead} bytes of ${path}`);
    };
    // No results are kept: they would be what grows.
    const some = (count: number): Promise<void> => {
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < count) await one(next++);
      };
      return Promise.all(Array.from({ length: 16 }, lane)).then(() => undefined);
    };
    await some(warmUp);
    const before = resident();
    await some(opened);
    return (resident() - before) / opened;
  },
};

export const figureWorkloads: readonly FigureWorkload[] = [startUp, residentMemory, memoryInFlight, growth];
