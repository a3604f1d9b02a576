/** Expressions → values, with the names that a program may use. */

import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { pattern } from "../plant";
import { detachedView } from "../values";

/** As many slots as a program may keep FileHandles in. */
export const slots = 3;

export interface Room {
  /** The program's folder, which is the working directory as well. */
  readonly here: string;
  readonly handles: (FileHandle | undefined)[];
}

const text = (length: number): string => "aé日🦉\n".repeat(Math.ceil(length / 6)).slice(0, length);
const bytes = (length: number, seed = 1): Buffer => pattern(length, seed);
const shared = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));

const inScope = { constants, pathToFileURL, Readable, text, bytes, shared, detached: detachedView };
const names = ["here", "handles", ...Object.keys(inScope)];

type Evaluate = (...values: unknown[]) => unknown;

/** Few expressions come up again and again. */
const compiled = new Map<string, Evaluate>();
const mostCompiled = 5000;

export function valueOf(expression: string, room: Room): unknown {
  let evaluate = compiled.get(expression);
  if (evaluate === undefined) {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the expressions are this suite's own
    evaluate = new Function(...names, `return (${expression});`) as Evaluate;
    if (compiled.size >= mostCompiled) compiled.clear();
    compiled.set(expression, evaluate);
  }
  return evaluate(room.here, room.handles, ...Object.values(inScope));
}
