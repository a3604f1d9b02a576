/** FileHandle.read, 4 KiB at random positions of a file that is in the page cache. */

import { join } from "node:path";
import { makePatternFile } from "../files";
import { Random } from "../random";
import { blockReads } from "./block-reads";
import type { Workload } from "../workload";

const block = 4096;
// Small enough for the processor's cache: what is compared is the way to the bytes, not the memory they lie in.
const size = 8 * 1024 * 1024;
const fileIn = (folder: string): string => join(folder, "read.bin");

const readAt = (depth: number, atLeast: number): Workload => ({
  name: `read-${depth}`,
  title: `FileHandle.read 4 KiB, depth ${depth}`,
  atLeast,
  files: (folder) => {
    makePatternFile(fileIn(folder), size);
  },
  prepare: async (fs, folder) =>
    blockReads(await fs.open(fileIn(folder), "r"), {
      block,
      size,
      depth,
      memory: Buffer.alloc(256 * block),
      random: new Random(),
    }),
});

export const reads = [readAt(1, 15), readAt(64, 4)];
