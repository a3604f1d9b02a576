/** readFile by size: from nothing to 1 GiB. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkPatternSparsely, makePatternFile } from "../files";
import { atDepth, type Selection, type TimedWorkload } from "../workload";
import { sizeName, sizeTitle } from "./sizes";

const mebibyte = 2 ** 20;
/** What a lap reads in all, so that small sizes are not timed one by one. */
const lapBytes = 8 * mebibyte;
const mostOperations = 256;

function sized(size: number, depth: number, selections: readonly Selection[]): TimedWorkload {
  const fileIn = (folder: string): string => join(folder, `sized-${sizeName(size)}.bin`);
  return {
    kind: "timed",
    name: `readfile-${sizeName(size)}-${depth}`,
    title: `readFile ${sizeTitle(size)}, depth ${depth}`,
    selections,
    bytes: size,
    ...(size >= 16 * mebibyte ? { observeTimed: true } : {}),
    // The tail of the event loop's delay is of interest, of few operations.
    ...(size >= 256 * mebibyte ? { laps: 1 } : size === 16 * mebibyte ? { milliseconds: 400 } : {}),
    files: (folder) => {
      if (!existsSync(fileIn(folder))) makePatternFile(fileIn(folder), size);
    },
    prepare: async ({ fs }, folder) => {
      const path = fileIn(folder);
      const operations = Math.max(depth, Math.min(mostOperations, Math.floor(lapBytes / Math.max(1, size))));
      const results: Buffer[] = [];
      return {
        operations,
        arm: () => void (results.length = 0),
        lap: (observe) => atDepth(depth, operations, () => fs.readFile(path), results, observe),
        check: () => {
          if (results.length !== operations) throw new Error(`${results.length} results of ${operations}`);
          for (const result of results) {
            if (result.length !== size) throw new Error(`${result.length} bytes of ${size}`);
            checkPatternSparsely(result);
          }
          results.length = 0;
        },
      };
    },
  };
}

const plotSizes = [0, 4096, 65536, mebibyte, 16 * mebibyte, 256 * mebibyte, 1024 * mebibyte];

export const largeReadWorkloads: readonly TimedWorkload[] = [
  ...plotSizes.map((size) => sized(size, 1, size === 16 * mebibyte ? ["core", "short", "size"] : ["size"])),
  sized(16 * mebibyte, 4, ["core"]),
];
