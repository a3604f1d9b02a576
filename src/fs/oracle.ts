/**
 * The running Node's own node:fs/promises, which decides what is right. Arguments out of the common shape are handed to
 * it, so that the error a user sees is Node's own and there is no copy of Node's validation to keep.
 */

import nodePromises from "node:fs/promises";

/** Everything that node:fs/promises offers, of whichever version @types/node describes. */
export type FileSystem = typeof nodePromises;

type Served = Exclude<keyof FileSystem, "constants" | "watch" | "opendir">;

/** Called with whatever the user gave, hence without Node's overloads. */
export type Oracle = { readonly [name in Served]: (...args: unknown[]) => Promise<unknown> };

// A copy: somebody may put caio's functions into node:fs/promises later, and then asking the oracle must not come back here.
const captured = { ...nodePromises };

/** Node's own functions by name, in Node's order. */
export const nodeSurface: Readonly<Record<string, unknown>> = captured;

export const oracle = captured as unknown as Oracle;

/** Facts that differ between versions and leave no trace which could be asked for. */
export const nodeMajor = Number.parseInt(process.versions.node, 10);
