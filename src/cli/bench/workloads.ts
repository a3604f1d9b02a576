/** What `caio bench` measures: common work of programs, on files of its own in the user's folder. */

import path from "node:path";
import type nodePromises from "node:fs/promises";

export type Functions = Pick<typeof nodePromises, "open" | "readFile" | "stat" | "writeFile" | "readdir">;

export interface Prepared {
  /** Runs a lap. */
  lap(): Promise<void>;
  end(): Promise<void>;
}

export interface Workload {
  readonly name: string;
  /** Operations in a lap. */
  readonly operations: number;
  prepare(fs: Functions, folder: string): Promise<Prepared>;
}

const block = 4096;
const blocks = 256;
const files = 64;
const nothing = (): Promise<void> => Promise.resolve();

/** Runs the operations, so many at a time. */
async function atDepth(depth: number, count: number, operation: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await operation(index);
  };
  await Promise.all(Array.from({ length: depth }, runner));
}

export const fileName = (folder: string, index: number): string => path.join(folder, `small-${index}`);
export const largeName = (folder: string): string => path.join(folder, "large");

/** Made once, by Node, before anything is measured. */
export async function makeFiles(fs: Functions, folder: string): Promise<void> {
  await fs.writeFile(largeName(folder), Buffer.alloc(blocks * block, "caio"));
  for (let index = 0; index < files; index++) await fs.writeFile(fileName(folder, index), Buffer.alloc(2048 + 256 * index, "x"));
}

function onHandle(name: string, depth: number, operation: "read" | "write"): Workload {
  return {
    name,
    operations: blocks,
    async prepare(fs, folder) {
      const handle = await fs.open(largeName(folder), "r+");
      const buffers = Array.from({ length: depth }, () => Buffer.alloc(block, "caio"));
      const one = (index: number): Promise<unknown> => {
        const buffer = buffers[index % depth] ?? Buffer.alloc(block);
        const at = ((index * 37) % blocks) * block;
        return operation === "read" ? handle.read(buffer, 0, block, at) : handle.write(buffer, 0, block, at);
      };
      return { lap: () => atDepth(depth, blocks, one), end: () => handle.close() };
    },
  };
}

const onPaths = (name: string, depth: number, operation: (fs: Functions, file: string) => Promise<unknown>): Workload => ({
  name,
  operations: files,
  prepare: async (fs, folder) => ({ lap: () => atDepth(depth, files, (index) => operation(fs, fileName(folder, index))), end: nothing }),
});

export const workloads: readonly Workload[] = [
  onHandle("FileHandle.read 4 KiB, one at a time", 1, "read"),
  onHandle("FileHandle.read 4 KiB, 32 at a time", 32, "read"),
  onHandle("FileHandle.write 4 KiB, one at a time", 1, "write"),
  onHandle("FileHandle.write 4 KiB, 32 at a time", 32, "write"),
  onPaths("readFile 2-18 KiB, one at a time", 1, (fs, file) => fs.readFile(file)),
  onPaths("readFile 2-18 KiB, 32 at a time", 32, (fs, file) => fs.readFile(file)),
  onPaths("stat, one at a time", 1, (fs, file) => fs.stat(file)),
  onPaths("stat, 32 at a time", 32, (fs, file) => fs.stat(file)),
  onPaths("writeFile 4 KiB, one at a time", 1, (fs, file) => fs.writeFile(`${file}-new`, Buffer.alloc(block))),
  onPaths("readdir, one at a time", 1, (fs, file) => fs.readdir(path.dirname(file))),
];
