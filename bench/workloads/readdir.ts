/** readdir of folders with 10 to 100,000 entries. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { atDepth, type Selection, type TimedWorkload } from "../workload";

/** A lap lists so many entries in all, or the folder once. */
const lapEntries = 2000;

function entries(count: number, depth: number, selections: readonly Selection[]): TimedWorkload {
  const folderIn = (folder: string): string => join(folder, `entries-${count}`);
  const names = Array.from({ length: count }, (_, index) => `entry-${index}`);
  return {
    kind: "timed",
    name: `readdir-${count}-${depth}`,
    title: `readdir of ${count} entries, depth ${depth}`,
    selections,
    files: (folder) => {
      if (existsSync(folderIn(folder))) return;
      mkdirSync(folderIn(folder));
      for (const name of names) writeFileSync(join(folderIn(folder), name), "");
    },
    prepare: async ({ fs }, folder) => {
      const path = folderIn(folder);
      const wanted = new Set(names);
      const operations = Math.max(depth, Math.floor(lapEntries / count));
      const results: string[][] = [];
      return {
        operations,
        arm: () => void (results.length = 0),
        lap: (observe) => atDepth(depth, operations, () => fs.readdir(path), results, observe),
        check: () => {
          if (results.length !== operations) throw new Error(`${results.length} lists of ${operations}`);
          for (const result of results)
            if (result.length !== count || new Set(result).size !== count || !result.every((name) => wanted.has(name)))
              throw new Error(`wrong entries of ${path}`);
        },
      };
    },
  };
}

export const readdirWorkloads: readonly TimedWorkload[] = [
  entries(10, 1, ["core", "short"]),
  entries(1000, 1, ["core", "short"]),
  entries(100_000, 1, ["core"]),
  entries(10, 32, []),
];
