/**
 * Blocks of memory and the places in the file that belong to them in one lap. More operations than blocks share them:
 * two that do the same to the same place are both right, so that depth 4096 works on the memory of depth 64, and what
 * is compared is the depth and not the processor's cache.
 */

import type { Random } from "../random";

export interface SlotPlan {
  readonly block: number;
  /** Of the file. */
  readonly size: number;
  readonly depth: number;
  /** Whole blocks, at least one. */
  readonly memory: Buffer;
  readonly random: Random;
}

export interface Slots {
  readonly buffers: readonly Buffer[];
  /** Bytes from the start of the file, by slot; no two alike. */
  readonly positions: Float64Array;
  /** Of one lap. */
  readonly operations: number;
  /** New places. */
  readonly shuffle: () => void;
}

export function blockSlots({ block, size, depth, memory, random }: SlotPlan): Slots {
  const count = Math.min(memory.length, size) / block;
  const buffers = Array.from({ length: count }, (_, slot) => memory.subarray(slot * block, (slot + 1) * block));
  const positions = new Float64Array(count);
  const blocks = Uint32Array.from({ length: size / block }, (_, index) => index);
  return {
    buffers,
    positions,
    operations: Math.max(count, depth === 1 ? 1 : 2 * depth),
    shuffle: () => {
      random.shuffle(blocks);
      for (let slot = 0; slot < count; ++slot) positions[slot] = (blocks[slot] as number) * block;
    },
  };
}
