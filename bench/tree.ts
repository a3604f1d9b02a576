/** Trees of small files: a hundred to a folder, folders of folders, the same on every run. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const perFolder = 100;
const foldersPerFolder = 20;

const folderOf = (index: number): string => {
  const folder = Math.floor(index / perFolder);
  return join(`part-${Math.floor(folder / foldersPerFolder)}`, `folder-${folder}`);
};

/** 1 to 4 KB. */
function contents(index: number): Buffer {
  const line = `${index} of a tree\n`;
  return Buffer.from(line.repeat(Math.ceil((1024 + ((index * 769) % 3072)) / line.length)));
}

export function makeTree(path: string, files: number): void {
  mkdirSync(path, { recursive: true });
  for (let index = 0; index < files; ++index) {
    const folder = join(path, folderOf(index));
    if (index % perFolder === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${index}`), contents(index));
  }
}

/** The relative paths of all entries, sorted. */
export function treeEntries(files: number): string[] {
  const entries = new Set<string>();
  for (let index = 0; index < files; ++index) {
    const folder = folderOf(index);
    entries.add(folder.slice(0, folder.indexOf("/")));
    entries.add(folder);
    entries.add(join(folder, `file-${index}`));
  }
  return [...entries].sort();
}

/** Nothing more, nothing less, every byte. */
export function checkTree(path: string, files: number): void {
  const found = readdirSync(path, { recursive: true, encoding: "utf8" });
  const wanted = treeEntries(files);
  if (found.length !== wanted.length) throw new Error(`${path} has ${found.length} entries, not ${wanted.length}`);
  for (let index = 0; index < files; ++index) {
    const file = join(path, folderOf(index), `file-${index}`);
    if (!readFileSync(file).equals(contents(index))) throw new Error(`wrong contents of ${file}`);
  }
}
