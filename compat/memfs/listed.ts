/** MEMFS.md: what memfs does differently from a disk, grouped by the reason. */

import { readFileSync } from "node:fs";
import type { ListedDifference } from "../listed";

const entry = /^- `(?<title>[^`]+)`$/;

/** The list is of one version of Node: on others memfs differs elsewhere, without news about caio. */
export const listedFor = "20.";

export function parseMemfsDifferences(text: string): ListedDifference[] {
  const listed: ListedDifference[] = [];
  let reason: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.startsWith("## ")) reason = line.slice("## ".length);
    if (!line.startsWith("- ")) continue;
    const title = entry.exec(line)?.groups?.["title"];
    if (title === undefined || reason === undefined) throw new Error(`MEMFS.md, line ${index + 1}: expected "- \`function: scenario name\`" beneath a reason`);
    listed.push({ title, reason, backends: ["memfs"], since: 0 });
  }
  return listed;
}

export const readMemfsDifferences = (path: string): ListedDifference[] => parseMemfsDifferences(readFileSync(path, "utf8"));
