/** Laps of positioned reads and writes of whole blocks. */

import { checkPatternBlocks } from "../files";
import { flushFile } from "../disk";
import { checkPattern, fillPattern } from "../pattern";
import { atDepth, type Prepared } from "../workload";
import { blockSlots, type SlotPlan } from "./block-slots";

/** What FileHandle's functions and AsyncContext's resolve with. */
export type Moved = number | { readonly bytesRead: number } | { readonly bytesWritten: number };

/** Reads or writes the slot's block at the position. Without a promise of its own: the row would pay for that. */
export type Transfer = (slot: number, buffer: Buffer, position: number) => Promise<Moved>;

export interface BlockLaps extends SlotPlan {
  readonly transfer: (buffers: readonly Buffer[]) => Transfer;
  readonly end: () => Promise<void>;
  /** Before each lap. */
  readonly arm?: () => void;
}

export function blockReads({ transfer, end, arm, ...plan }: BlockLaps): Prepared {
  const { buffers, positions, operations, shuffle } = blockSlots(plan);
  const count = buffers.length;
  const read = transfer(buffers);
  const results: Moved[] = [];
  return {
    operations,
    arm: () => {
      shuffle();
      results.length = 0;
      // What a lap before read must not pass for what this one reads.
      for (const buffer of buffers) buffer.fill(0, 0, 4);
      arm?.();
    },
    lap: (observe) =>
      atDepth(
        plan.depth,
        operations,
        (index) => read(index % count, buffers[index % count] as Buffer, positions[index % count] as number),
        results,
        observe,
      ),
    check: () => {
      checkLengths(results, operations, plan.block);
      buffers.forEach((buffer, slot) => checkPattern(buffer, positions[slot] ?? 0));
    },
    end,
  };
}

export function blockWrites({ transfer, end, arm, ...plan }: BlockLaps, path: string): Prepared {
  const { buffers, positions, operations, shuffle } = blockSlots(plan);
  const count = buffers.length;
  const write = transfer(buffers);
  const results: Moved[] = [];
  let generation = 0;
  return {
    operations,
    arm: () => {
      ++generation;
      results.length = 0;
      shuffle();
      buffers.forEach((buffer, slot) => fillPattern(buffer, positions[slot] ?? 0, generation));
      arm?.();
    },
    lap: (observe) =>
      atDepth(
        plan.depth,
        operations,
        (index) => write(index % count, buffers[index % count] as Buffer, positions[index % count] as number),
        results,
        observe,
      ),
    check: () => {
      checkLengths(results, operations, plan.block);
      checkPatternBlocks(path, plan.block, positions, generation);
    },
    settle: () => flushFile(path),
    end,
  };
}

function bytesOf(moved: Moved | undefined): number | undefined {
  if (typeof moved !== "object") return moved;
  return "bytesRead" in moved ? moved.bytesRead : moved.bytesWritten;
}

export function checkLengths(results: readonly Moved[], operations: number, block: number): void {
  for (let i = 0; i < operations; ++i) if (bytesOf(results[i]) !== block) throw new Error(`operation ${i}: not a whole block`);
}
