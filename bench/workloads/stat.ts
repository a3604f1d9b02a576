/** stat of files whose metadata the kernel has at hand. */

import { statSync, type Stats } from "node:fs";
import { makeSmallFiles, smallFiles } from "../files";
import { atDepth, type Workload } from "../workload";

/** A lap goes over the files so many times. */
const turns = 4;

const compared = ["dev", "ino", "mode", "nlink", "uid", "gid", "size", "blocks", "mtimeMs", "ctimeMs"] as const;

const statAt = (depth: number): Workload => ({
  name: `stat-${depth}`,
  title: `stat, depth ${depth}`,
  files: makeSmallFiles,
  prepare: (fs, folder) => {
    const paths = smallFiles(folder).map(({ path }) => path);
    const expected = paths.map((path) => statSync(path));
    const operations = turns * paths.length;
    const results: Stats[] = [];
    return Promise.resolve({
      operations,
      arm: () => {
        results.length = 0;
      },
      lap: () => atDepth(depth, operations, (index) => fs.stat(paths[index % paths.length] as string), results),
      check: () => {
        for (let i = 0; i < operations; ++i)
          for (const field of compared)
            if (results[i]?.[field] !== expected[i % paths.length]?.[field])
              throw new Error(`wrong ${field} of ${paths[i % paths.length] ?? ""}`);
      },
      settle: () => undefined,
      end: () => Promise.resolve(),
    });
  },
});

export const stats = [statAt(1), statAt(32)];
