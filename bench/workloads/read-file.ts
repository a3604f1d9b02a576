/** readFile of small text files, as Buffers and as strings. */

import { makeSmallFiles, smallFiles, type SmallFile } from "../files";
import { atDepth, type Workload } from "../workload";
import type { FileSystem } from "../implementations";

const depth = 32;

interface Form<Result> {
  readonly name: string;
  readonly title: string;
  readonly read: (fs: FileSystem, path: string) => Promise<Result>;
  readonly isRight: (result: Result, file: SmallFile) => boolean;
}

const smallReads = <Result>({ name, title, read, isRight }: Form<Result>): Workload => ({
  name: `readfile-${name}`,
  title: `readFile 2-20 KB${title}, depth ${depth}`,
  atLeast: 4,
  files: makeSmallFiles,
  prepare: (fs, folder) => {
    const files = smallFiles(folder);
    const paths = files.map(({ path }) => path);
    const results: Result[] = [];
    return Promise.resolve({
      operations: files.length,
      arm: () => {
        results.length = 0;
      },
      lap: () => atDepth(depth, paths.length, (index) => read(fs, paths[index] as string), results),
      check: () => {
        files.forEach((file, index) => {
          const result = results[index];
          if (result === undefined || !isRight(result, file)) throw new Error(`wrong contents of ${file.path}`);
        });
      },
      settle: () => undefined,
      end: () => Promise.resolve(),
    });
  },
});

export const fileReads = [
  smallReads<Buffer>({
    name: "buffer",
    title: "",
    read: (fs, path) => fs.readFile(path),
    isRight: (result, { bytes }) => result.equals(bytes),
  }),
  smallReads<string>({
    name: "utf8",
    title: " utf8",
    read: (fs, path) => fs.readFile(path, "utf8"),
    isRight: (result, { text }) => result === text,
  }),
];
