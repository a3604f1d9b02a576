/** The dirty pages of one implementation must not be written back on the time of the next. */

import { execFileSync } from "node:child_process";
import { closeSync, fsyncSync, openSync } from "node:fs";

export function flushFile(path: string): void {
  const fd = openSync(path, "r+");
  fsyncSync(fd);
  closeSync(fd);
}

/** syncfs(2) of the file system that `folder` lies on. */
export function flushFileSystem(folder: string): void {
  execFileSync("sync", ["-f", folder]);
}

let taken = 0;

/**
 * A name that nobody has used. What is made stays there until the bench ends: creating files is slow for half a minute
 * after many were deleted (ext4 passes over inodes that were deleted lately), and would be charged to whoever is next.
 */
export const freshName = (stem: string): string => `${stem}-${process.pid}-${taken++}`;
