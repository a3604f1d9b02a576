/**
 * What it takes to make a FileHandle of the running Node's own kind from a descriptor of ours. Node keeps the class and
 * its fields to itself, but one handle of its making shows them all; they are the same on Node 20 to 26.
 */

import type { EventEmitter } from "node:events";
import { oracle } from "./oracle";
import { nodeFs } from "../backends/node-fs";

const { constants } = nodeFs;

/** Node's C++ object, which owns a descriptor: it closes it (and warns) when nobody holds the handle any more. */
export interface NativeHandle {
  readonly fd: number;
  /** Gives the descriptor away: closing it is now the caller's. */
  releaseFD(): number;
}

declare const kHandle: unique symbol;
declare const kFd: unique symbol;
declare const kRefs: unique symbol;
declare const kClosePromise: unique symbol;
declare const kRef: unique symbol;
declare const kUnref: unique symbol;

/** Node's FileHandle with the fields it hides, and without its overloads: its methods are called with what the user gave. */
export interface GenuineHandle extends EventEmitter {
  readonly fd: number;
  [kHandle]: NativeHandle;
  /** −1 from the moment the handle is closed, or was transferred. */
  [kFd]: number;
  /** One for being open and one for each operation in flight; at zero the descriptor is closed. */
  [kRefs]: number;
  [kClosePromise]: Promise<void> | undefined | null;
  [kRef](): void;
  [kUnref](): void;
  close: () => Promise<void>;
  appendFile(...args: unknown[]): Promise<unknown>;
  chmod(...args: unknown[]): Promise<unknown>;
  chown(...args: unknown[]): Promise<unknown>;
  datasync(...args: unknown[]): Promise<unknown>;
  read(...args: unknown[]): Promise<unknown>;
  readFile(...args: unknown[]): Promise<unknown>;
  readv(...args: unknown[]): Promise<unknown>;
  stat(...args: unknown[]): Promise<unknown>;
  sync(...args: unknown[]): Promise<unknown>;
  truncate(...args: unknown[]): Promise<unknown>;
  utimes(...args: unknown[]): Promise<unknown>;
  write(...args: unknown[]): Promise<unknown>;
  writeFile(...args: unknown[]): Promise<unknown>;
  writev(...args: unknown[]): Promise<unknown>;
}

export interface HandleInternals {
  readonly Base: { new (native: NativeHandle): GenuineHandle; readonly prototype: GenuineHandle };
  readonly Native: new (fd: number) => NativeHandle;
  readonly kHandle: typeof kHandle;
  readonly kFd: typeof kFd;
  readonly kRefs: typeof kRefs;
  readonly kClosePromise: typeof kClosePromise;
  readonly kRef: typeof kRef;
  readonly kUnref: typeof kUnref;
}

const describedAs = (owner: object, description: string): symbol => {
  const found = Object.getOwnPropertySymbols(owner).find((symbol) => symbol.description === description);
  if (found === undefined) throw new Error(`this Node's FileHandle has no ${description}`);
  return found;
};

/** @throws if Node's FileHandle is not built the way it is known to be */
export function internalsOf(sample: object): HandleInternals {
  const prototype = Object.getPrototypeOf(sample) as { constructor: HandleInternals["Base"] };
  const fields = sample as Record<symbol, unknown>;
  const internals = {
    Base: prototype.constructor,
    kHandle: describedAs(sample, "kHandle"),
    kFd: describedAs(sample, "kFd"),
    kRefs: describedAs(sample, "kRefs"),
    kClosePromise: describedAs(sample, "kClosePromise"),
    kRef: describedAs(prototype, "kRef"),
    kUnref: describedAs(prototype, "kUnref"),
  };
  const native = fields[internals.kHandle] as NativeHandle & { constructor: HandleInternals["Native"] };
  if (typeof native.releaseFD !== "function") throw new Error("this Node's FileHandle cannot release its descriptor");
  if (fields[internals.kFd] !== native.fd || fields[internals.kRefs] !== 1)
    throw new Error("this Node's FileHandle counts its operations in another way");
  return { ...internals, Native: native.constructor } as unknown as HandleInternals;
}

let known: HandleInternals | undefined;
let reason: string | undefined;
let search: Promise<HandleInternals | undefined> | undefined;

const isShortage = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EMFILE" || error.code === "ENFILE");

async function lookAtSample(): Promise<HandleInternals | undefined> {
  try {
    const sample = (await oracle.open(__filename, constants.O_RDONLY)) as { close(): Promise<void> };
    try {
      known = internalsOf(sample);
    } finally {
      await sample.close();
    }
  } catch (error) {
    // Having no descriptor left just now says nothing about the class.
    if (isShortage(error)) search = undefined;
    else reason = error instanceof Error ? error.message : String(error);
  }
  return known;
}

/** There at once from the second time on; undefined where this Node's FileHandle is not built as it is known to be. */
export const genuineInternals = (): HandleInternals | undefined | Promise<HandleInternals | undefined> =>
  known ?? (search ??= lookAtSample());

export interface FileHandleReport {
  /** Unknown until the first handle is asked for. */
  readonly kind: "genuine" | "own" | "unknown";
  /** Why it is caio's own. */
  readonly reason?: string;
}

export function fileHandleReport(): FileHandleReport {
  if (reason !== undefined) return { kind: "own", reason };
  // With the permission model, handles are Node's entirely.
  return { kind: known !== undefined || process.permission !== undefined ? "genuine" : "unknown" };
}
