/** One digest for a tree of files: of names, kinds and contents, many files at a time. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import type { Example, FileSystem } from "./example";

/** A folder's jobs wait here for their turn, so that a large tree does not open all of its files at a time. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atATime: number) {
    this.#free = atATime;
  }

  async take<T>(job: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      return await job();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

const digestOf = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

export async function hashTree(fs: FileSystem, root: string, atATime = 32): Promise<string> {
  const turns = new Turns(atATime);
  const hashFolder = async (folder: string): Promise<string> => {
    const entries = await turns.take(() => fs.readdir(folder, { withFileTypes: true }));
    const lines = entries.map(async (entry) => {
      const name = path.join(folder, entry.name);
      if (entry.isDirectory()) return `d ${entry.name} ${await hashFolder(name)}`;
      if (entry.isSymbolicLink()) return `l ${entry.name} ${digestOf(await turns.take(() => fs.readlink(name)))}`;
      return `f ${entry.name} ${digestOf(await turns.take(() => fs.readFile(name)))}`;
    });
    return digestOf((await Promise.all(lines)).sort().join("\n"));
  };
  return hashFolder(root);
}

export const example: Example = {
  name: "parallel tree hasher",
  async exercise({ fs, folder, size }) {
    const root = path.join(folder, "tree");
    const folders = Array.from({ length: 12 * size }, (_, index) => path.join(root, `${index % 3}`, `folder-${index}`));
    for (const each of folders) {
      await fs.mkdir(each, { recursive: true });
      await Promise.all(Array.from({ length: 20 }, (_, index) => fs.writeFile(path.join(each, `${index}.txt`), `${index} `.repeat(index * 100))));
    }
    await fs.symlink("folder-0", path.join(root, "0", "link"));
    const first = await hashTree(fs, root);
    assert.equal(await hashTree(fs, root, 1), first, "the order of the work does not matter");
    await fs.appendFile(path.join(folders.at(-1) ?? "", "7.txt"), "changed");
    const second = await hashTree(fs, root);
    assert.notEqual(second, first);
    return `${first} ${second}`;
  },
};
