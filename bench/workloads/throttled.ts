/** Buffered writes while the kernel makes writers wait because too many pages are dirty. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { flushFile, freshName } from "../disk";
import { checkPatternBlocks, makePatternFile } from "../files";
import { fillPattern } from "../pattern";
import { messageOf, Refusal } from "../refusal";
import { atDepth, type TimedWorkload } from "../workload";

const setting = "/proc/sys/vm/dirty_bytes";
const otherSetting = "/proc/sys/vm/dirty_ratio";
const few = 8 * 2 ** 20;
const block = 65536;
const size = 128 * 2 ** 20;
const depth = 16;

/** What must be written back so that the system is as it was; the two settings exclude each other. */
let kept: { readonly path: string; readonly value: string } | undefined;

function tighten(): void {
  if (kept !== undefined) return;
  const bytes = readFileSync(setting, "latin1").trim();
  const before = bytes === "0" ? { path: otherSetting, value: readFileSync(otherSetting, "latin1").trim() } : { path: setting, value: bytes };
  try {
    writeFileSync(setting, String(few));
  } catch (error) {
    throw new Refusal(`${setting} cannot be set: ${messageOf(error)}`, { cause: error });
  }
  kept = before;
  process.once("exit", loosen);
}

function loosen(): void {
  if (kept === undefined) return;
  writeFileSync(kept.path, kept.value);
  kept = undefined;
  process.removeListener("exit", loosen);
}

export const throttledWorkload: TimedWorkload = {
  kind: "timed",
  name: "write-throttled",
  title: `FileHandle.write 64 KiB, depth ${depth}, dirty pages throttled`,
  selections: [],
  bytes: block,
  system: true,
  observeTimed: true,
  milliseconds: 2000,
  files: () => undefined,
  prepare: async ({ fs }, folder) => {
    const path = join(folder, freshName("throttled"));
    makePatternFile(path, size);
    const handle = await fs.open(path, "r+");
    const operations = size / block;
    const contents = Buffer.alloc(size);
    let generation = 0;
    return {
      operations,
      arm: () => {
        fillPattern(contents, 0, ++generation);
        tighten();
      },
      lap: (observe) =>
        atDepth(
          depth,
          operations,
          (index) => handle.write(contents, index * block, block, index * block),
          [],
          observe,
        ),
      check: () => {
        const positions = Array.from({ length: operations }, (_, index) => index * block);
        checkPatternBlocks(path, block, positions, generation);
      },
      settle: () => {
        loosen();
        flushFile(path);
      },
      end: async () => {
        loosen();
        await handle.close();
      },
    };
  },
};
