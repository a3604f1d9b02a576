/** readFile of long texts as strings: plain ASCII, and text in which every line has other letters. */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { atDepth, type Selection, type TimedWorkload } from "../workload";
import { sizeName, sizeTitle } from "./sizes";

const kibibyte = 1024;
/** What a lap reads in all. */
const lapBytes = 8 * kibibyte * kibibyte;

const lines = {
  ascii: "2026-01-01T00:00:00Z INFO a line as servers write it, of some length, id=0123456789abcdef\n",
  mixed: "2026-01-01T00:00:00Z INFO naïve café, 速い, and some more letters of the plain kind, id=0123\n",
};
type Letters = keyof typeof lines;

/** Whole lines, and blanks up to the size in bytes. */
function textOf(letters: Letters, size: number): string {
  const line = lines[letters];
  const whole = line.repeat(Math.floor(size / Buffer.byteLength(line)));
  return whole + " ".repeat(size - Buffer.byteLength(whole));
}

function longText(letters: Letters, size: number, depth: number, selections: readonly Selection[]): TimedWorkload {
  const fileIn = (folder: string): string => join(folder, `text-${letters}-${sizeName(size)}.txt`);
  return {
    kind: "timed",
    name: `readtext-${letters}-${sizeName(size)}-${depth}`,
    title: `readFile of ${sizeTitle(size)} of ${letters} text as utf8, depth ${depth}`,
    selections,
    bytes: size,
    files: (folder) => {
      if (!existsSync(fileIn(folder))) writeFileSync(fileIn(folder), textOf(letters, size));
    },
    prepare: async ({ fs }, folder) => {
      const path = fileIn(folder);
      const expected = textOf(letters, size);
      const operations = Math.max(depth, Math.floor(lapBytes / size));
      const results: string[] = [];
      return {
        operations,
        arm: () => void (results.length = 0),
        lap: (observe) => atDepth(depth, operations, () => fs.readFile(path, "utf8"), results, observe),
        check: () => {
          if (results.length !== operations) throw new Error(`${results.length} results of ${operations}`);
          if (results.some((text) => text !== expected)) throw new Error(`wrong contents of ${path}`);
          results.length = 0;
        },
      };
    },
  };
}

export const textReadWorkloads: readonly TimedWorkload[] = [
  longText("ascii", 512 * kibibyte, 4, ["core"]),
  longText("mixed", 512 * kibibyte, 4, ["core"]),
  longText("ascii", 4096 * kibibyte, 1, ["core"]),
];
