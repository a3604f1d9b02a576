/** FileHandle.write, 4 KiB over existing blocks of a file, through the page cache. */

import { closeSync, fsyncSync, openSync } from "node:fs";
import { join } from "node:path";
import { checkPatternBlocks, makePatternFile } from "../files";
import { fillPattern } from "../pattern";
import { Random } from "../random";
import { atDepth, type Prepared, type Workload } from "../workload";
import type { FileSystem } from "../implementations";

const block = 4096;
const size = 32 * 1024 * 1024;
const operations = 2048;
const fileIn = (folder: string): string => join(folder, "write.bin");

async function prepare(fs: FileSystem, path: string, depth: number): Promise<Prepared> {
  const handle = await fs.open(path, "r+");
  const buffers = Array.from({ length: operations }, () => Buffer.alloc(block));
  const random = new Random();
  // No block twice in one lap: at depth the order of two writes to one place is open.
  const blocks = Uint32Array.from({ length: size / block }, (_, index) => index);
  const positions = blocks.subarray(0, operations);
  const results: { bytesWritten: number; buffer: Buffer }[] = [];
  let generation = 0;
  const positionOf = (index: number): number => (positions[index] as number) * block;
  return {
    operations,
    arm: () => {
      ++generation;
      results.length = 0;
      random.shuffle(blocks);
      buffers.forEach((buffer, index) => {
        fillPattern(buffer, positionOf(index), generation);
      });
    },
    lap: () =>
      atDepth(
        depth,
        operations,
        (index) => handle.write(buffers[index] as Buffer, 0, block, positionOf(index)),
        results,
      ),
    check: () => {
      for (let i = 0; i < operations; ++i)
        if (results[i]?.bytesWritten !== block) throw new Error(`write ${i}: not a whole block`);
      checkPatternBlocks(path, block, Array.from(positions, (position) => position * block), generation);
    },
    // The dirty pages of one implementation must not be written back on the time of the next.
    settle: () => {
      const fd = openSync(path, "r+");
      fsyncSync(fd);
      closeSync(fd);
    },
    end: () => handle.close(),
  };
}

const writeAt = (depth: number): Workload => ({
  name: `write-${depth}`,
  title: `FileHandle.write 4 KiB, depth ${depth}`,
  files: (folder) => {
    makePatternFile(fileIn(folder), size);
  },
  prepare: (fs, folder) => prepare(fs, fileIn(folder), depth),
});

export const writes = [writeAt(1), writeAt(64)];
