/** What is on the disk after a kill, beside what was acknowledged. */

import { readFileSync, writeFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { contentOf, versionIn, wayOf, writers } from "./message";

export interface Found {
  readonly missing: number;
  readonly torn: number;
  readonly details: readonly string[];
}

function contentAt(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Everything acknowledged is there, in this version or a later one, and whole.
 *
 * @param acknowledged by writer, the last version; −1 of none
 */
export function check(folder: string, acknowledged: readonly number[]): Found {
  let missing = 0;
  let torn = 0;
  const details: string[] = [];
  for (let writer = 0; writer < writers; writer++) {
    const last = acknowledged[writer] ?? -1;
    if (last < 0) continue;
    const way = wayOf(writer);
    const name = way === "rename into place" ? String(writer) : `${writer}-${last % 2}`;
    const content = contentAt(join(folder, name));
    const version = content === undefined ? undefined : versionIn(content, writer);
    // What came after the last acknowledgement of the same file has not been promised to be whole.
    if (content === undefined) {
      missing += 1;
      details.push(`${way}: version ${last} of writer ${writer} is missing`);
    } else if (version === undefined) {
      torn += 1;
      details.push(`${way}: version ${last} of writer ${writer} is torn, ${content.length} bytes`);
    } else if (version < last) {
      missing += 1;
      details.push(`${way}: version ${last} of writer ${writer} is not there, but ${version}`);
    }
  }
  return { missing, torn, details };
}

/** What lies there before the first kill: a version 0 of everything. */
export function plant(folder: string): void {
  for (let writer = 0; writer < writers; writer++) {
    const names = wayOf(writer) === "rename into place" ? [String(writer)] : [`${writer}-0`];
    for (const name of names) {
      writeFileSync(join(folder, `${name}-plant`), contentOf(writer, 0));
      renameSync(join(folder, `${name}-plant`), join(folder, name));
    }
  }
}
