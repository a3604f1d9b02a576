/** The work files, made with the synchronous functions of node:fs, which no implementation under test has a hand in. */

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { checkPattern, fillPattern } from "./pattern";

const chunk = 1024 * 1024;

/** On the disk when this returns, so that reading it past the page cache flushes nothing first. */
export function makePatternFile(path: string, size: number): void {
  const fd = openSync(path, "w");
  try {
    const buffer = Buffer.alloc(Math.min(chunk, size));
    for (let position = 0; position < size; position += chunk) {
      fillPattern(buffer, position);
      writeSync(fd, buffer, 0, Math.min(chunk, size - position), position);
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export function checkPatternBlocks(path: string, block: number, positions: Iterable<number>, generation: number): void {
  const fd = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(block);
    for (const position of positions) {
      if (readSync(fd, buffer, 0, block, position) !== block) throw new Error(`${path} is too short`);
      checkPattern(buffer, position, generation);
    }
  } finally {
    closeSync(fd);
  }
}

/** Wrong bytes would not be wrong in one place only: of large contents the ends, and every 16th block between. */
export function checkPatternSparsely(view: Buffer, generation = 0): void {
  const block = 4096;
  if (view.length <= 16 * block) {
    checkPattern(view, 0, generation);
    return;
  }
  for (let position = 0; position < view.length; position += 16 * block)
    checkPattern(view.subarray(position, Math.min(position + block, view.length)), position, generation);
  const last = view.length - block;
  checkPattern(view.subarray(last), last, generation);
}

export interface SmallFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly text: string;
}

export const smallFileCount = 512;
const smallest = 2 * 1024;
const largest = 20 * 1024;

export const smallFolder = (folder: string): string => join(folder, "small");

/** 512 text files of 2 to 20 KB, every eighth with letters beyond ASCII; the same on every run. */
export function smallFiles(folder: string): SmallFile[] {
  return Array.from({ length: smallFileCount }, (_, index) => {
    const size = smallest + Math.round(((largest - smallest) * ((index * 197) % smallFileCount)) / (smallFileCount - 1));
    const line = `${index}: the quick brown fox${index % 8 === 0 ? ", schöne Grüße, 速い" : ""}\n`;
    const text = line.repeat(Math.ceil(size / Buffer.byteLength(line)));
    return { path: join(smallFolder(folder), `file-${index}.txt`), bytes: Buffer.from(text), text };
  });
}

export function makeSmallFiles(folder: string): void {
  if (existsSync(smallFolder(folder))) return;
  mkdirSync(smallFolder(folder), { recursive: true });
  for (const { path, bytes } of smallFiles(folder)) writeFileSync(path, bytes);
}
