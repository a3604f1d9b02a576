/** A program may have taken away its own permissions; whoever is not root needs them back to look at what is left. */

import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const isRoot = process.getuid?.() === 0;
const ownersAll = 0o700;

/** @returns the modes as they were, where they had to be changed */
export function unlock(path: string, shown = "."): string[] {
  const stats = lstatSync(path);
  if (isRoot || stats.isSymbolicLink()) return [];
  const changed: string[] = [];
  const mode = stats.mode & 0o7777;
  if ((mode & ownersAll) !== ownersAll) {
    changed.push(`${shown}: mode was ${mode.toString(8)}`);
    chmodSync(path, mode | ownersAll);
  }
  if (stats.isDirectory()) for (const name of readdirSync(path)) changed.push(...unlock(join(path, name), `${shown}/${name}`));
  return changed;
}
