/** What a scenario has left on the disk: each entry's type, mode, size, content or target. */

import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";

/** Sparse giants are told by their size alone. */
const largestHashed = 16 * 1024 * 1024;

function digest(path: string): string {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
  } catch (error) {
    return `unreadable: ${(error as NodeJS.ErrnoException).code}`;
  }
}

/** A file system may refuse to say what it has made: bindfs does of a file whose owner is 2^31. */
function reached(path: string): Stats | string {
  try {
    return lstatSync(path);
  } catch (error) {
    return `unreachable: ${(error as NodeJS.ErrnoException).code}`;
  }
}

function entry(path: string, stats: Stats): string {
  const mode = (stats.mode & 0o7777).toString(8);
  if (stats.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (stats.isDirectory()) return `directory ${mode}`;
  if (!stats.isFile()) return `special ${stats.mode.toString(8)}`;
  const content = stats.size <= largestHashed ? digest(path) : "unread";
  return `file ${mode}, ${stats.size} bytes, ${content}, ${stats.nlink} link(s)`;
}

/** "name: description" lines, sorted; the folder written as <folder>. Names that are no UTF-8 are shown in hex. */
export function treeOf(folder: string): string[] {
  const lines: string[] = [];
  const walk = (parent: string, shown: string): void => {
    for (const raw of readdirSync(parent, { encoding: "buffer" })) {
      const name = raw.toString();
      if (!Buffer.from(name).equals(raw)) {
        lines.push(`${shown}0x${raw.toString("hex")}: not UTF-8`);
        continue;
      }
      const path = join(parent, name);
      const stats = reached(path);
      lines.push(`${shown}${name}: ${typeof stats === "string" ? stats : entry(path, stats)}`.replaceAll(folder, "<folder>"));
      if (typeof stats !== "string" && stats.isDirectory()) walk(path, `${shown}${name}/`);
    }
  };
  walk(folder, "");
  return lines.sort();
}
