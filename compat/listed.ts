/** DIFFERENCES.md: the differences that are known, each with a reason. */

import { readFileSync } from "node:fs";

export interface ListedDifference {
  readonly title: string;
  readonly backends: readonly string[];
  readonly reason: string;
}

const entry = /^- `(?<title>[^`]+)` \((?<backends>[^)]+)\) — (?<reason>\S.*)$/;

export function parseDifferences(text: string): ListedDifference[] {
  const listed: ListedDifference[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (!line.startsWith("- ")) continue;
    const { title, backends, reason } = entry.exec(line)?.groups ?? {};
    if (title === undefined || backends === undefined || reason === undefined) {
      throw new Error(`DIFFERENCES.md, line ${index + 1}: expected "- \`function: scenario name\` (backends) — reason"`);
    }
    listed.push({ title, reason, backends: backends.split(",").map((name) => name.trim()) });
  }
  return listed;
}

export const readDifferences = (path: string): ListedDifference[] => parseDifferences(readFileSync(path, "utf8"));

export const reasonFor = (listed: readonly ListedDifference[], title: string, backend: string): string | undefined =>
  listed.find((one) => one.title === title && (one.backends.includes(backend) || one.backends.includes("all")))?.reason;
