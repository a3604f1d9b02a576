/** FileHandle.read past the page cache: O_DIRECT, 4 KiB at random positions, every side with aligned buffers. */

import { constants } from "node:fs";
import { join } from "node:path";
import { alignedBuffer } from "caio";
import { makePatternFile } from "../files";
import { Random } from "../random";
import { blockReads } from "./block-reads";
import type { Workload } from "../workload";

const block = 4096;
const size = 256 * 1024 * 1024;
const depth = 64;
const fileIn = (folder: string): string => join(folder, "direct.bin");

export const directReads: Workload = {
  name: `direct-${depth}`,
  title: `O_DIRECT read 4 KiB, depth ${depth}`,
  atLeast: 1.8,
  files: (folder) => {
    makePatternFile(fileIn(folder), size);
  },
  prepare: async (fs, folder) =>
    blockReads(await fs.open(fileIn(folder), constants.O_RDONLY | constants.O_DIRECT), {
      block,
      size,
      depth,
      memory: alignedBuffer(2048 * block, block),
      random: new Random(),
    }),
};
