/**
 * The running Node's own node:fs/promises, which decides what is right. Arguments out of the common shape are handed to
 * it, so that the error a user sees is Node's own and there is no copy of Node's validation to keep.
 */

import { nodePromises } from "../backends/node-fs";
import type { FileSystem } from "./api/file-system";

/** The functions that give a promise. */
export type Served = Exclude<keyof FileSystem, "constants" | "watch" | "glob">;

/** Nothing, or what depends on the options. */
type Answer<Name extends Served> = ReturnType<FileSystem[Name]> extends Promise<void> ? void : unknown;

/** Called with whatever the user gave, hence without Node's overloads. */
export type Oracle = { readonly [Name in Served]: (...args: unknown[]) => Promise<Answer<Name>> };

/** Where Node's own functions are kept once caio's have taken their place. Every copy of caio in the process looks there. */
const kept = Symbol.for("caio.oracle");

type Functions = Readonly<Record<string, unknown>>;

const nodes = nodePromises as unknown as Record<string, unknown> & { [kept]?: Functions };

// A copy: when somebody puts other functions into node:fs/promises later, asking the oracle must not come back here.
const captured: Functions = nodes[kept] ?? { ...nodes };

/** Puts other functions in the place of Node's, for everybody in this thread who asks node:fs/promises. */
export function replaceNodes(others: Partial<FileSystem>): void {
  if (nodes[kept] === undefined) Object.defineProperty(nodes, kept, { value: captured });
  Object.assign(nodes, others);
}

/** Node's own functions by name, in Node's order. */
export const nodeSurface: Functions = captured;

export const oracle = captured as unknown as Oracle;

/** Facts that differ between versions and leave no trace which could be asked for. */
export const nodeMajor = Number.parseInt(process.versions.node, 10);
