/** writeFile: small new files, and large ones over what was there. */

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { flushFile, flushFileSystem, freshName } from "../disk";
import { checkPatternSparsely, makePatternFile } from "../files";
import { fillPattern } from "../pattern";
import { atDepth, type Selection, type TimedWorkload } from "../workload";
import { sizeName, sizeTitle } from "./sizes";

const mebibyte = 2 ** 20;
const block = 4096;
const newFiles = 512;

function small(depth: number, selections: readonly Selection[]): TimedWorkload {
  return {
    kind: "timed",
    name: `writefile-new-${depth}`,
    title: `writeFile 4 KiB, new files, depth ${depth}`,
    selections,
    bytes: block,
    // Every file stays: see freshName.
    laps: 1,
    observeTimed: true,
    files: () => undefined,
    prepare: async ({ fs }, folder) => {
      const contents = Array.from({ length: newFiles }, (_, index) => {
        const buffer = Buffer.alloc(block);
        fillPattern(buffer, index * block);
        return buffer;
      });
      let paths: string[] = [];
      return {
        operations: newFiles,
        arm: () => {
          const fresh = join(folder, freshName("new"));
          mkdirSync(fresh);
          paths = contents.map((_, index) => join(fresh, `file-${index}`));
        },
        lap: (observe) =>
          atDepth(depth, newFiles, (index) => fs.writeFile(paths[index] as string, contents[index] as Buffer), [], observe),
        check: () => {
          paths.forEach((path, index) => {
            if (!readFileSync(path).equals(contents[index] as Buffer)) throw new Error(`wrong contents of ${path}`);
          });
        },
        settle: () => flushFileSystem(folder),
      };
    },
  };
}

function large(size: number, selections: readonly Selection[]): TimedWorkload {
  return {
    kind: "timed",
    name: `writefile-${sizeName(size)}`,
    title: `writeFile ${sizeTitle(size)} over a file of that size`,
    selections,
    bytes: size,
    // It truncates first, and ext4 writes such a file back when it is closed.
    laps: size > 64 * mebibyte ? 1 : 4,
    files: () => undefined,
    prepare: async ({ fs }, folder) => {
      const contents = Buffer.alloc(size);
      fillPattern(contents, 0);
      const path = join(folder, freshName("large"));
      makePatternFile(path, size);
      return {
        operations: 1,
        // The event loop's delay is of interest, the single operation is the lap.
        lap: async (observe) => {
          const began = performance.now();
          await fs.writeFile(path, contents, { flag: "r+" });
          observe?.((performance.now() - began) * 1000);
        },
        check: () => checkPatternSparsely(readFileSync(path)),
        settle: () => flushFile(path),
      };
    },
  };
}

export const writeFileWorkloads: readonly TimedWorkload[] = [
  small(1, []),
  small(32, ["core", "short"]),
  large(16 * mebibyte, ["core"]),
  large(1024 * mebibyte, []),
];
