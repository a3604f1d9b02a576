/** Reads and writes of one file at once: seven of ten operations read. */

import { join } from "node:path";
import { flushFile, freshName } from "../disk";
import { checkPatternBlocks, makePatternFile } from "../files";
import { checkPattern, fillPattern } from "../pattern";
import { Random } from "../random";
import { atDepth, type TimedWorkload } from "../workload";
import { checkLengths, type Moved } from "./block-laps";
import { blockSlots } from "./block-slots";

const block = 4096;
const mebibyte = 2 ** 20;
/** Reads take the first half of the file, writes the second. */
const half = 16 * mebibyte;
const readsOf = 7;
const of = 10;

const mixedAt = (depth: number): TimedWorkload => ({
  kind: "timed",
  name: `mixed-4k-${depth}`,
  title: `7 reads to 3 writes, 4 KiB, depth ${depth}`,
  selections: ["core", "short"],
  bytes: block,
  files: () => undefined,
  prepare: async ({ fs }, folder) => {
    const path = join(folder, freshName("mixed"));
    makePatternFile(path, 2 * half);
    const handle = await fs.open(path, "r+");
    const slots = (): ReturnType<typeof blockSlots> =>
      blockSlots({ block, size: half, depth, memory: Buffer.alloc(2 * mebibyte), random: new Random() });
    const reads = slots();
    const writes = slots();
    const count = reads.buffers.length;
    const writeAt = (slot: number): number => half + (writes.positions[slot] as number);
    const isRead = (index: number): boolean => index % of < readsOf;
    const results: Moved[] = [];
    let generation = 0;
    const one = (index: number): Promise<Moved> => {
      const slot = index % count;
      if (isRead(index)) return handle.read(reads.buffers[slot] as Buffer, 0, block, reads.positions[slot]);
      return handle.write(writes.buffers[slot] as Buffer, 0, block, writeAt(slot));
    };
    return {
      operations: count,
      arm: () => {
        ++generation;
        results.length = 0;
        reads.shuffle();
        writes.shuffle();
        for (const buffer of reads.buffers) buffer.fill(0, 0, 4);
        writes.buffers.forEach((buffer, slot) => fillPattern(buffer, writeAt(slot), generation));
      },
      lap: (observe) => atDepth(depth, count, one, results, observe),
      check: () => {
        checkLengths(results, count, block);
        const written: number[] = [];
        for (let slot = 0; slot < count; ++slot) {
          if (isRead(slot)) checkPattern(reads.buffers[slot] as Buffer, reads.positions[slot] as number);
          else written.push(writeAt(slot));
        }
        checkPatternBlocks(path, block, written, generation);
      },
      settle: () => flushFile(path),
      end: () => handle.close(),
    };
  },
});

export const mixedWorkloads: readonly TimedWorkload[] = [mixedAt(32)];
