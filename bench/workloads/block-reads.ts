/** Laps of positioned reads of whole blocks, each into a buffer of its own so that all can be checked afterwards. */

import type { FileHandle } from "node:fs/promises";
import { checkPattern } from "../pattern";
import type { Random } from "../random";
import { atDepth, type Prepared } from "../workload";

export interface BlockReads {
  readonly block: number;
  /** Of the file. */
  readonly size: number;
  readonly depth: number;
  /** A lap reads as many blocks as fit in here. */
  readonly memory: Buffer;
  readonly random: Random;
}

export function blockReads(handle: FileHandle, { block, size, depth, memory, random }: BlockReads): Prepared {
  const operations = memory.length / block;
  const buffers = Array.from({ length: operations }, (_, index) => memory.subarray(index * block, (index + 1) * block));
  const positions = new Uint32Array(operations);
  const results: { bytesRead: number; buffer: Buffer }[] = [];
  return {
    operations,
    arm: () => {
      for (let i = 0; i < operations; ++i) positions[i] = random.below(size / block) * block;
      results.length = 0;
    },
    lap: () =>
      atDepth(
        depth,
        operations,
        (index) => handle.read(buffers[index] as Buffer, 0, block, positions[index] as number),
        results,
      ),
    check: () => {
      for (let i = 0; i < operations; ++i) {
        const result = results[i];
        if (result?.bytesRead !== block || result.buffer !== buffers[i]) throw new Error(`read ${i}: not a whole block`);
        checkPattern(result.buffer, positions[i] ?? 0);
      }
    },
    settle: () => undefined,
    end: () => handle.close(),
  };
}
