/** DIFFERENCES.md: the differences that are known, each with a reason. */

import { readFileSync } from "node:fs";

export interface ListedDifference {
  readonly title: string;
  readonly backends: readonly string[];
  /** The first major version of Node in which it is one. */
  readonly since: number;
  readonly reason: string;
}

const entry = /^- `(?<title>[^`]+)` \((?<backends>[^;)]+)(?:; Node ≥ (?<since>\d+))?\) — (?<reason>\S.*)$/;

export function parseDifferences(text: string): ListedDifference[] {
  const listed: ListedDifference[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (!line.startsWith("- ")) continue;
    const { title, backends, since = "0", reason } = entry.exec(line)?.groups ?? {};
    if (title === undefined || backends === undefined || reason === undefined) {
      throw new Error(`DIFFERENCES.md, line ${index + 1}: expected "- \`function: scenario name\` (backends) — reason"`);
    }
    listed.push({ title, reason, since: Number(since), backends: backends.split(",").map((name) => name.trim()) });
  }
  return listed;
}

/** Those of the running Node. */
export function readDifferences(path: string): ListedDifference[] {
  const major = Number.parseInt(process.versions.node, 10);
  return parseDifferences(readFileSync(path, "utf8")).filter((one) => one.since <= major);
}

export const reasonFor = (listed: readonly ListedDifference[], title: string, backend: string): string | undefined =>
  listed.find((one) => one.title === title && (one.backends.includes(backend) || one.backends.includes("all")))?.reason;
