/** stat, access, open and close of files whose metadata the kernel has at hand. */

import { statSync, type Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { makeSmallFiles, smallFileCount, smallFiles, smallFolder } from "../files";
import { atDepth, type Selection, type TimedWorkload } from "../workload";

/** A lap goes over the files so many times. */
const turns = 4;

const compared = ["dev", "ino", "mode", "nlink", "uid", "gid", "size", "blocks", "mtimeMs", "ctimeMs"] as const;

const pathsIn = (folder: string): string[] => smallFiles(folder).map(({ path }) => path);

const statAt = (depth: number, selections: readonly Selection[]): TimedWorkload => ({
  kind: "timed",
  name: `stat-${depth}`,
  title: `stat, depth ${depth}`,
  selections,
  files: makeSmallFiles,
  twins: { c: (folder) => ["stat", smallFolder(folder), String(smallFileCount)] },
  prepare: async ({ fs }, folder) => {
    const paths = pathsIn(folder);
    const expected = paths.map((path) => statSync(path));
    const operations = turns * paths.length;
    const results: Stats[] = [];
    return {
      operations,
      arm: () => void (results.length = 0),
      lap: (observe) =>
        atDepth(depth, operations, (index) => fs.stat(paths[index % paths.length] as string), results, observe),
      check: () => {
        for (let i = 0; i < operations; ++i)
          for (const field of compared)
            if (results[i]?.[field] !== expected[i % paths.length]?.[field])
              throw new Error(`wrong ${field} of ${paths[i % paths.length] ?? ""}`);
      },
    };
  },
});

const accessAt = (depth: number, missing: boolean, selections: readonly Selection[]): TimedWorkload => ({
  kind: "timed",
  name: `access-${missing ? "enoent" : "hit"}-${depth}`,
  title: `access${missing ? ", ENOENT" : ""}, depth ${depth}`,
  selections,
  files: makeSmallFiles,
  prepare: async ({ fs }, folder) => {
    const paths = missing
      ? Array.from({ length: smallFileCount }, (_, index) => join(smallFolder(folder), `no-file-${index}`))
      : pathsIn(folder);
    const operations = turns * paths.length;
    const results: string[] = [];
    const outcome = async (index: number): Promise<string> => {
      try {
        await fs.access(paths[index % paths.length] as string);
        return "there";
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? String(error);
      }
    };
    return {
      operations,
      arm: () => void (results.length = 0),
      lap: (observe) => atDepth(depth, operations, outcome, results, observe),
      check: () => {
        const wanted = missing ? "ENOENT" : "there";
        const wrong = results.find((result) => result !== wanted);
        if (wrong !== undefined || results.length !== operations) throw new Error(`access says ${wrong ?? "nothing"}`);
      },
    };
  },
});

const openCloseAt = (depth: number, selections: readonly Selection[]): TimedWorkload => ({
  kind: "timed",
  name: `open-close-${depth}`,
  title: `open + close, depth ${depth}`,
  selections,
  files: makeSmallFiles,
  twins: { c: (folder) => ["open", smallFolder(folder), String(smallFileCount)] },
  prepare: async ({ fs }, folder) => {
    const paths = pathsIn(folder);
    const results: FileHandle[] = [];
    const openAndClose = async (index: number): Promise<FileHandle> => {
      const handle = await fs.open(paths[index] as string, "r");
      if (handle.fd < 0) throw new Error(`not open: ${paths[index] ?? ""}`);
      await handle.close();
      return handle;
    };
    return {
      operations: paths.length,
      arm: () => void (results.length = 0),
      lap: (observe) => atDepth(depth, paths.length, openAndClose, results, observe),
      check: () => {
        if (results.length !== paths.length) throw new Error(`${results.length} handles of ${paths.length}`);
        results.forEach((handle, index) => {
          if (handle.fd !== -1) throw new Error(`still open: ${paths[index] ?? ""}`);
        });
      },
    };
  },
});

export const metadataWorkloads: readonly TimedWorkload[] = [
  statAt(1, ["core", "short"]),
  statAt(32, ["core", "short"]),
  statAt(512, []),
  accessAt(1, false, []),
  accessAt(32, false, ["core", "short"]),
  accessAt(1, true, []),
  accessAt(32, true, ["core", "short"]),
  openCloseAt(1, []),
  openCloseAt(32, ["core", "short"]),
];
