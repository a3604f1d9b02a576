/** readFile of small text files, as Buffers and as strings, warm and cold. */

import { readFileSync } from "node:fs";
import { evict } from "../evict";
import { makeSmallFiles, smallFileCount, smallFiles, smallFolder, type SmallFile } from "../files";
import type { FileSystem } from "../runner/implementations";
import { atDepth, type Prepared, type Selection, type TimedWorkload } from "../workload";

interface Form<Result> {
  readonly name: string;
  readonly title: string;
  readonly read: (fs: FileSystem, path: string) => Promise<Result>;
  readonly readSync: (path: string) => Result;
  readonly isRight: (result: Result, file: SmallFile) => boolean;
}

function check<Result>(files: readonly SmallFile[], results: readonly Result[], isRight: Form<Result>["isRight"]): void {
  files.forEach((file, index) => {
    const result = results[index];
    if (result === undefined || !isRight(result, file)) throw new Error(`wrong contents of ${file.path}`);
  });
}

function synchronous<Result>({ readSync, isRight }: Form<Result>, folder: string): Prepared {
  const files = smallFiles(folder);
  const results: Result[] = [];
  return {
    operations: files.length,
    arm: () => void (results.length = 0),
    lap: async (observe) => {
      for (const { path } of files) {
        const began = observe === undefined ? 0 : performance.now();
        results.push(readSync(path));
        observe?.((performance.now() - began) * 1000);
      }
    },
    check: () => check(files, results, isRight),
  };
}

const smallReads = <Result>(
  form: Form<Result>,
  depth: number,
  cold: boolean,
  selections: readonly Selection[],
): TimedWorkload => ({
  kind: "timed",
  name: `readfile-${form.name}-${depth}${cold ? "-cold" : ""}`,
  title: `readFile 2-20 KB${form.title}, depth ${depth}${cold ? ", cold" : ""}`,
  selections,
  files: makeSmallFiles,
  twins: cold
    ? {}
    : {
        sync: (folder) => synchronous(form, folder),
        c: (folder) => ["read-files", smallFolder(folder), String(smallFileCount)],
      },
  prepare: async ({ fs }, folder) => {
    const files = smallFiles(folder);
    const paths = files.map(({ path }) => path);
    if (cold) evict(paths);
    const results: Result[] = [];
    return {
      operations: files.length,
      arm: () => {
        results.length = 0;
        if (cold) evict(paths);
      },
      lap: (observe) => atDepth(depth, paths.length, (index) => form.read(fs, paths[index] as string), results, observe),
      check: () => check(files, results, form.isRight),
    };
  },
});

const buffers: Form<Buffer> = {
  name: "buffer",
  title: "",
  read: (fs, path) => fs.readFile(path),
  readSync: (path) => readFileSync(path),
  isRight: (result, { bytes }) => result.equals(bytes),
};

const strings: Form<string> = {
  name: "utf8",
  title: " utf8",
  read: (fs, path) => fs.readFile(path, "utf8"),
  readSync: (path) => readFileSync(path, "utf8"),
  isRight: (result, { text }) => result === text,
};

export const smallReadWorkloads: readonly TimedWorkload[] = [
  smallReads(buffers, 1, false, ["core", "short"]),
  smallReads(buffers, 32, false, ["core", "short"]),
  smallReads(strings, 1, false, []),
  smallReads(strings, 32, false, ["core", "short"]),
  smallReads(buffers, 256, false, []),
  smallReads(buffers, 4096, false, []),
  smallReads(buffers, 32, true, ["core"]),
];
