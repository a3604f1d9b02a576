/** The one place where something is taken away from what a call gave, because it differs from run to run for good reason. */

import { Dir, type Dirent, readdirSync, renameSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Outcome } from "../attempt";
import { isStats } from "../stats";

/**
 * A time that somebody has set is compared to the nanosecond; one that the clock has set is only "now". None is
 * compared while a read is under way, which changes one of them.
 */
const aDay = 86_400_000;

function timesOf(stats: object): Record<string, unknown> {
  const times: Record<string, unknown> = {};
  for (const name of ["atime", "mtime"]) {
    const milliseconds = (stats as Record<string, unknown>)[`${name}Ms`] as number | bigint;
    const nanoseconds = (stats as Record<string, unknown>)[`${name}Ns`];
    const isNow = Math.abs(Number(milliseconds) - Date.now()) < aDay;
    times[name] = isNow ? "now" : { milliseconds, nanoseconds };
  }
  return times;
}

/** Numbers of free blocks change under everybody's hands: class, keys, types and what is constant remain. */
const withoutFigures = (stats: object): Record<string, unknown> => ({
  class: stats.constructor.name,
  keys: Reflect.ownKeys(stats),
  types: Object.values(stats).map((value) => typeof value),
});

/** The kernel gives names in no particular order. */
async function drained(dir: Dir): Promise<unknown> {
  const entries: Dirent[] = [];
  for await (const entry of dir) entries.push(entry);
  // In some encodings, different names are one.
  const key = (entry: Dirent): string => `${entry.name} ${entry.isDirectory()} ${entry.isFile()} ${entry.isSymbolicLink()}`;
  entries.sort((one, other) => (key(one) < key(other) ? -1 : 1));
  return { dir: dir.constructor.name, path: dir.path, entries };
}

const randomLength = 6;

const bytesOf = (path: unknown): Buffer => (path instanceof URL ? Buffer.from(fileURLToPath(path)) : Buffer.from(path as string));

/** The folder that mkdtemp has made: what it says of it may have lost bytes in its encoding. */
function madeBy(prefix: Buffer, made: string | Uint8Array, encoding: BufferEncoding): Buffer {
  const slash = prefix.lastIndexOf("/") + 1;
  const folder = slash === 0 ? Buffer.from(".") : prefix.subarray(0, slash);
  const names = readdirSync(folder, { encoding: "buffer" }).map((name) => Buffer.concat([prefix.subarray(0, slash), name]));
  const found = names.find((path) => (typeof made === "string" ? path.toString(encoding) === made : path.equals(made)));
  if (found === undefined) throw new Error(`mkdtemp has made no "${String(made)}"`);
  return found;
}

/** mkdtemp's random part; what was made gets a name that the next call can count on. */
function renamed(prefix: unknown, made: string | Uint8Array, options: unknown, counter: number): unknown {
  const wanted = encodingIn(options);
  const encoding = typeof wanted === "string" && Buffer.isEncoding(wanted) ? wanted : "utf8";
  const path = madeBy(bytesOf(prefix), made, encoding);
  const steady = Buffer.concat([path.subarray(0, -randomLength), Buffer.from(`-${counter}`.padStart(randomLength, "0"))]);
  renameSync(path, steady);
  return { class: made.constructor.name, encoding, path: steady.toString("latin1") };
}

/** The template's end in an error: the random name that was tried last. */
function withoutRandom(error: unknown): unknown {
  if (!(error instanceof Error) || !("path" in error) || typeof error.path !== "string") return error;
  const { path } = error;
  const steady = `${path.slice(0, -randomLength)}XXXXXX`;
  error.message = error.message.replaceAll(path, steady);
  if (typeof error.stack === "string") error.stack = error.stack.replaceAll(path, steady);
  error.path = steady;
  return error;
}

/** In hex, base64 and the like a path hides the twin's folder from the comparison, so it is shown as bytes. */
const hiding = /^(hex|base64|base64url|ucs-?2|utf-?16le)$/i;

const encodingIn = (options: unknown): unknown => (typeof options === "object" && options !== null ? (options as { encoding?: unknown }).encoding : options);

function resolvedOf(name: string, args: readonly unknown[], resolved: unknown, { counter, alone }: Surroundings): unknown {
  if (typeof resolved === "object" && resolved !== null) {
    if (isStats(resolved)) return { stats: resolved, times: alone ? timesOf(resolved) : undefined };
    if (resolved.constructor?.name === "StatFs") return withoutFigures(resolved);
    if (resolved instanceof Dir) return drained(resolved);
  }
  if (name === "mkdtemp") return renamed(args[0], resolved as string | Uint8Array, args[1], counter);
  const encoding = encodingIn(args[1]);
  if ((name === "realpath" || name === "readlink") && typeof resolved === "string" && typeof encoding === "string" && hiding.test(encoding)) {
    return { encoding, path: Buffer.from(resolved, encoding as BufferEncoding).toString("latin1") };
  }
  return resolved;
}

export interface Surroundings {
  /** Of the program's calls. */
  readonly counter: number;
  /** No other call is under way. */
  readonly alone: boolean;
}

export async function normalise(name: string, args: readonly unknown[], outcome: Outcome, surroundings: Surroundings): Promise<Outcome> {
  if ("resolved" in outcome) return { resolved: await resolvedOf(name, args, outcome.resolved, surroundings) };
  if ("rejected" in outcome && name === "mkdtemp") return { rejected: withoutRandom(outcome.rejected) };
  return outcome;
}
