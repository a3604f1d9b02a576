/**
 * Loaded before the scenarios in the process that gives them memfs: what they set up and look at with node:fs lies in
 * memory too. A scenario that needs the machine itself (another process, a device, a file outside its folder) is found out.
 */

import * as nodeFs from "node:fs";
import Module, { syncBuiltinESMExports } from "node:module";
import { isAbsolute, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { memfs } from "memfs";
// It keeps Node's own functions, which are about to be hidden.
import "caio";

type Call = (...args: unknown[]) => unknown;
type Functions = Record<string, unknown>;

/** What the worker tells of the scenario that is about to begin, and asks when it has ended. */
export interface Memory {
  /** A scenario begins in this folder, which is made in memory too. */
  enter(path: string): void;
  /** What the scenario needed of the machine; undefined if it was all in memory. */
  leave(): string | undefined;
}

/** Relative paths begin where the process works, as on a disk. */
const { fs: memory } = memfs({}, { process });

/** Why the running scenario cannot be had in memory. */
let needs: string | undefined;
let folder: string | undefined;

function need(what: string): void {
  needs ??= what;
}

function pathNamed(value: unknown): string | undefined {
  try {
    if (value instanceof URL) return fileURLToPath(value);
    if (value instanceof Uint8Array) return Buffer.from(value).toString();
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** All but the classes. */
const functionsOf = (module: Functions): Map<string, Call> =>
  new Map(Object.entries(module).filter((entry): entry is [string, Call] => typeof entry[1] === "function" && /^[a-z]/.test(entry[0])));

function watchPath(value: unknown): void {
  const path = pathNamed(value);
  if (folder === undefined || path === undefined || path.includes("\0") || !isAbsolute(path)) return;
  const whole = resolve(path);
  if (whole === folder || whole.startsWith(`${folder}${sep}`)) return;
  if (/^\/(proc|dev)\/(?!caio-none)/.test(whole) || nodeFs.existsSync(whole)) need(`${whole} of this machine`);
}

/** The same function; whoever names a file of the machine is found out. */
function watched(call: Call): Call {
  const seen = function (this: unknown, ...args: unknown[]): unknown {
    for (const value of args.slice(0, 2)) watchPath(value);
    return Reflect.apply(call, this, args);
  };
  return Object.assign(seen, call);
}

function watchAll(functions: Functions): void {
  for (const [name, call] of functionsOf(functions)) functions[name] = watched(call);
}

/** node:fs as the scenarios see it: memfs's functions, Node's classes and constants. */
function asNodeFs(): Functions {
  const seen: Functions = { ...nodeFs };
  for (const name of functionsOf(seen).keys()) seen[name] = (memory as unknown as Functions)[name] ?? (() => need(`fs.${name}`));
  return seen;
}

/** Whoever calls one of these functions of a module is found out; all of them unless named. */
function forbid(name: string, keys?: readonly string[]): void {
  const functions = require(name) as Functions;
  for (const key of keys ?? functionsOf(functions).keys()) {
    functions[key] = () => {
      need(`${name}.${key}`);
      throw new Error(`${name}.${key} cannot be had in memory`);
    };
  }
}

watchAll(memory as unknown as Functions);
watchAll(memory.promises as unknown as Functions);
const inMemory = asNodeFs();
forbid("child_process");
forbid("net");
// As far as scenarios go: Node itself needs some of the others.
forbid("fs/promises", ["open", "readFile"]);
syncBuiltinESMExports();

const compat = join(__dirname, "..");
/** The worker itself works on the disk. */
const onDisk = new Set(["worker.js", "subject.js"].map((name) => join(compat, name)));

const loader = Module as unknown as { _load(request: string, parent: { filename?: string } | undefined, isMain: boolean): unknown };
const load = loader._load.bind(Module);
loader._load = (request, parent, isMain) => {
  const by = parent?.filename ?? "";
  const isScenario = by.startsWith(`${compat}${sep}`) && !by.startsWith(`${__dirname}${sep}`) && !onDisk.has(by);
  return isScenario && request === "node:fs" ? inMemory : load(request, parent, isMain);
};

export { memory, need };

/** A scenario begins in this folder, which is made in memory too. */
export function enter(path: string): void {
  needs = undefined;
  folder = undefined;
  memory.mkdirSync(path, { recursive: true });
  folder = path;
}

/** What the scenario needed of the machine; undefined if it was all in memory. */
export function leave(): string | undefined {
  folder = undefined;
  return needs;
}
