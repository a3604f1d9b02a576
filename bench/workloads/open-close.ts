/** open and close of a file for reading. */

import type { FileHandle } from "node:fs/promises";
import { makeSmallFiles, smallFiles } from "../files";
import { atDepth, type Workload } from "../workload";

const depth = 32;

export const openAndClose: Workload = {
  name: `open-close-${depth}`,
  title: `open + close, depth ${depth}`,
  files: makeSmallFiles,
  prepare: (fs, folder) => {
    const paths = smallFiles(folder).map(({ path }) => path);
    const results: FileHandle[] = [];
    const openAndCloseOne = async (index: number): Promise<FileHandle> => {
      const handle = await fs.open(paths[index] as string, "r");
      if (handle.fd < 0) throw new Error(`not open: ${paths[index] ?? ""}`);
      await handle.close();
      return handle;
    };
    return Promise.resolve({
      operations: paths.length,
      arm: () => {
        results.length = 0;
      },
      lap: () => atDepth(depth, paths.length, openAndCloseOne, results),
      check: () => {
        results.forEach((handle, index) => {
          if (handle.fd !== -1) throw new Error(`still open: ${paths[index] ?? ""}`);
        });
      },
      settle: () => undefined,
      end: () => Promise.resolve(),
    });
  },
};
