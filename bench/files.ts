/** The work files, made with the synchronous functions of node:fs, which no implementation under test has a hand in. */

import { closeSync, fsyncSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { checkPattern, fillPattern } from "./pattern";

const chunk = 1024 * 1024;

/** On the disk when this returns, so that reading it past the page cache flushes nothing first. */
export function makePatternFile(path: string, size: number): void {
  const fd = openSync(path, "w");
  try {
    const buffer = Buffer.alloc(chunk);
    for (let position = 0; position < size; position += chunk) {
      fillPattern(buffer, position);
      writeSync(fd, buffer, 0, chunk, position);
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

export interface SmallFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly text: string;
}

const count = 512;
const smallest = 2 * 1024;
const largest = 20 * 1024;

/** 512 text files of 2 to 20 KB, every eighth with letters beyond ASCII; the same on every run. */
export function smallFiles(folder: string): SmallFile[] {
  return Array.from({ length: count }, (_, index) => {
    const size = smallest + Math.round(((largest - smallest) * ((index * 197) % count)) / (count - 1));
    const line = `${index}: the quick brown fox${index % 8 === 0 ? ", schöne Grüße, 速い" : ""}\n`;
    const text = line.repeat(Math.ceil(size / Buffer.byteLength(line)));
    return { path: join(folder, "small", `file-${index}.txt`), bytes: Buffer.from(text), text };
  });
}

export function makeSmallFiles(folder: string): void {
  mkdirSync(join(folder, "small"), { recursive: true });
  for (const { path, bytes } of smallFiles(folder)) writeFileSync(path, bytes);
}
