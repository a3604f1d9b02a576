/**
 * Where cp reads and writes: by a path, or by a name in a directory that is held open. A held directory stays the same one
 * while its entries are copied, whatever somebody puts in its place; and nothing below it is reached through a link.
 */

import { join } from "node:path";
import type { Engine, Result } from "../backends/engine";
import { nodeFs } from "../backends/node-fs";

export interface Place {
  /** As errors tell it. */
  readonly path: string;
  /** As it is looked up: from `at` if that is there. */
  readonly name: string;
  readonly at: number | undefined;
}

export const named = (path: string): Place => ({ path, name: path, at: undefined });

/** PATH_MAX, with the NUL at the end. */
const longestPath = 4096;

const fits = (path: string): boolean => path.length < longestPath / 3 || Buffer.byteLength(path) < longestPath;

/** NAME_MAX, with the slash before it. */
const longestEntry = 256;

/** Whether the path of each of their entries can be told to the system. */
export const haveShortEntries = (...places: readonly Place[]): boolean =>
  places.every(({ path }) => Buffer.byteLength(path) + longestEntry < longestPath);

export function entryOf({ path, at }: Place, name: string): Place {
  const below = join(path, name);
  // By its whole path where that is too long: the system refuses it as it does Node's, and a tree does not become deeper
  // than paths can tell.
  return at !== undefined && fits(below) ? { path: below, name, at } : named(below);
}

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = nodeFs.constants;

/** O_PATH, which node:fs does not tell: a directory need not be readable for what lies in it to be found. */
const searchOnly = process.platform === "linux" ? 0o10000000 : O_RDONLY;

/** Runs the body on the directory itself, as a place whose entries are looked up from it. */
export async function holding(
  engine: Engine, directory: Place, refuse: (result: Result) => Error, body: (held: Place) => Promise<void>,
): Promise<void> {
  const opened = await engine.open(directory.name, searchOnly | O_DIRECTORY | O_NOFOLLOW, 0, directory.at);
  if (typeof opened === "number") throw refuse(opened);
  const { fd, traits } = opened;
  try {
    await body({ path: directory.path, name: ".", at: fd });
  } finally {
    await engine.close(fd, traits);
  }
}
