/** Files that are saved, copied and linked, in memory; and names alone, on the disk too. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freshName } from "../disk";
import type { FileSystem } from "../runner/implementations";
import { atDepth, type Selection, type TimedWorkload } from "../workload";

const memory = "/dev/shm";
/** TMPFS_MAGIC of linux/magic.h */
const tmpfs = 0x01021994;
const files = 512;
const length = 4096;

interface Change {
  readonly name: string;
  readonly title: string;
  make(fs: FileSystem, path: string, contents: Buffer): Promise<unknown>;
  /** Names that stand beside each file after that. */
  readonly leaves: readonly string[];
}

const save: Change = {
  name: "save",
  title: "a 4 KiB file saved: written anew, and renamed over the old one",
  make: async (fs, path, contents) => {
    await fs.writeFile(`${path}.new`, contents);
    await fs.rename(`${path}.new`, path);
  },
  leaves: [],
};

const copy: Change = {
  name: "copyfile",
  title: "copyFile of 4 KiB",
  make: (fs, path) => fs.copyFile(path, `${path}.copy`),
  leaves: [".copy"],
};

const link: Change = {
  name: "link-unlink",
  title: "link and unlink",
  make: async (fs, path) => {
    await fs.link(path, `${path}.second`);
    await fs.unlink(`${path}.second`);
  },
  leaves: [],
};

function memoryFolder(): string {
  if (!existsSync(memory) || statfsSync(memory).type !== tmpfs) throw new Error(`no file system in memory at ${memory}`);
  return memory;
}

const contentsOf = (index: number, lap: number): Buffer => Buffer.alloc(length, `file ${index}, lap ${lap}; `);

const changeAt = (change: Change, where: "memory" | "disk", depth: number, selections: readonly Selection[]): TimedWorkload => ({
  kind: "timed",
  name: `${change.name}-${where}-${depth}`,
  title: `${change.title}, ${where === "memory" ? "in tmpfs, " : ""}depth ${depth}`,
  selections,
  files: () => undefined,
  prepare: ({ fs }, folder) => {
    const parent = join(where === "memory" ? memoryFolder() : folder, freshName("changes"));
    mkdirSync(parent);
    const paths = Array.from({ length: files }, (_, index) => join(parent, `file-${index}`));
    paths.forEach((path, index) => writeFileSync(path, contentsOf(index, 0)));
    let lap = 0;
    let contents: Buffer[] = [];
    return Promise.resolve({
      operations: files,
      arm: () => {
        ++lap;
        contents = paths.map((_, index) => contentsOf(index, lap));
      },
      lap: (observe) =>
        atDepth(depth, files, (index) => change.make(fs, paths[index] as string, contents[index] as Buffer), [], observe),
      check: () => {
        const names = readdirSync(parent).sort();
        const wanted = paths.flatMap((_, index) => ["", ...change.leaves].map((ending) => `file-${index}${ending}`)).sort();
        if (names.join() !== wanted.join()) throw new Error(`${parent} has other names than were left: ${names.join()}`);
        const written = change === save ? lap : 0;
        for (const name of names) {
          const index = Number.parseInt(name.slice("file-".length), 10);
          if (!readFileSync(join(parent, name)).equals(contentsOf(index, written)))
            throw new Error(`wrong contents of ${join(parent, name)}`);
        }
      },
      end: () => {
        // On the disk all stays: see freshName.
        if (where === "memory") rmSync(parent, { recursive: true });
        return Promise.resolve();
      },
    });
  },
});

export const changeWorkloads: readonly TimedWorkload[] = [
  changeAt(save, "memory", 1, ["core"]),
  changeAt(save, "memory", 32, ["core"]),
  changeAt(copy, "memory", 1, []),
  changeAt(copy, "memory", 32, ["core"]),
  changeAt(link, "memory", 1, []),
  changeAt(link, "memory", 32, ["core"]),
  changeAt(link, "disk", 1, []),
  changeAt(link, "disk", 32, ["core"]),
];
