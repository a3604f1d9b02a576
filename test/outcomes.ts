/** What calls end with, in a form in which Node's and ours can be compared. */

import { expect } from "chai";
import nodePromises from "node:fs/promises";
import type { FileSystem } from "./fs-matrix";

/** "done", or the error's code. */
export type Outcome = readonly [name: string, outcome: string, ...details: unknown[]];
/** Keeps what a promise ends with. */
export type Note = (name: string, promise: Promise<unknown>) => Promise<void>;
/** The same calls, on one file system or the other. */
export type Calls = (fs: FileSystem, note: Note) => Promise<void>;

interface Failure {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly syscall?: unknown;
  readonly path?: unknown;
  readonly dest?: unknown;
}

export const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : error);

const failureOf = (error: Error & Failure): unknown[] => [error.code ?? error.name, error.name, error.message, error.errno, error.syscall, error.path, error.dest];

async function outcomesOf(fs: FileSystem, calls: Calls): Promise<Outcome[]> {
  const noted: Outcome[] = [];
  await calls(fs, async (name, promise) => {
    try {
      noted.push([name, "done", await promise]);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const [code, ...details] = failureOf(error);
      noted.push([name, String(code), ...details]);
    }
  });
  return noted;
}

/**
 * Node first, then ours, in the same place: `calls` must leave it as it was found.
 * @param expected outcomes that have to be among Node's: what did not come about proves nothing
 */
export async function expectNodesOutcomes(fs: FileSystem, expected: readonly string[], calls: Calls): Promise<void> {
  const theirs = await outcomesOf(nodePromises, calls);
  expect(theirs.map(([, outcome]) => outcome)).to.include.members([...expected]);
  expect(await outcomesOf(fs, calls)).to.deep.equal(theirs);
}
