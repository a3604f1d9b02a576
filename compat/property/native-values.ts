/** Values for the addon's parameters: what the contract asks for, what almost is that, and anything at all. */

import { readlinkSync } from "node:fs";
import { types } from "node:util";
import fc from "fast-check";
import { detachedView } from "../values";
import { Chance } from "./chance";

export type Kind =
  | "ticket" | "fd" | "at" | "view" | "views" | "offset" | "length" | "position" | "traits" | "priority" | "path" | "flags" | "mode" | "boolean" | "id" | "time"
  | "batch" | "count" | "batchViews" | "counters" | "fds" | "cancelled" | "fileSize";

/** What a getter of the fuzz's own throws: the addon may pass it on. */
export class FromGetter extends Error {}

/** The compiler's library does not know them yet. */
const Resizable = ArrayBuffer as unknown as new (length: number, options: { maxByteLength: number }) => ArrayBuffer & { resize?(length: number): void };

const throwing = (): never => {
  throw new FromGetter("from the getter");
};

/** Made anew for each use: several of them change. */
const strange: readonly (() => unknown)[] = [
  () => undefined, () => null, () => NaN, () => Infinity, () => -Infinity, () => -0, () => 1.5, () => -1, () => 2 ** 31, () => 2 ** 32 + 7, () => -(2 ** 31) - 1, () => 2 ** 53, () => 2 ** 63,
  () => 2 ** 64, () => 1e300, () => 5n, () => 2n ** 70n, () => Symbol("fuzz"), () => "", () => "a\0b", () => "\ud800", () => "é日🦉", () => "n".repeat(5000), () => "12", () => true, () => false, () => ({}), () => [],
  () => () => 1, () => class {}, () => new Date(NaN), () => new Map(), () => Promise.resolve(), () => new Number(5), () => Object.create(null) as object, () => new Proxy<object>({}, { get: throwing, has: throwing, getPrototypeOf: throwing }),
  () => new Proxy<unknown[]>([], { get: throwing }), () => new Proxy<object>(new Uint8Array(4), {}), () => ({ get length() { return throwing(); }, valueOf: throwing, toString: throwing }), () => detachedView(8),
  () => new ArrayBuffer(8), () => new SharedArrayBuffer(8), () => new Uint8Array(new SharedArrayBuffer(16)), () => new DataView(new ArrayBuffer(9), 1, 3), () => new Float64Array(3), () => new BigInt64Array(2),
  () => { const array = [new Uint8Array(4)]; Object.defineProperty(array, 1, { get: throwing, enumerable: true }); return array; },
  () => { const first = new Uint8Array(64); const array = [first]; Object.defineProperty(array, 1, { get: () => { structuredClone(first.buffer, { transfer: [first.buffer] }); return new Uint8Array(4); } }); return array; },
  () => new Array<unknown>(2 ** 32 - 1), () => new Array<unknown>(5), () => Array.from({ length: 3000 }, () => new Uint8Array(1)), () => [new Uint8Array(3), null, 5],
  () => { const memory = new Resizable(64, { maxByteLength: 128 }); const view = new Uint8Array(memory, 32); memory.resize?.(16); return view; },
  () => new Uint8Array(new Resizable(16, { maxByteLength: 64 })),
];

export const anything = fc.anything({
  withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true, withSet: true, withSparseArray: true, withTypedArray: true, maxDepth: 2, maxKeys: 3,
});

const fileNames = ["a", "b", "c", "a/b", "a/c", "b/a", "é", "a/", "./b", ".", "missing/x"];
const sizes = [0, 1, 7, 64, 4096, 70_000];

export interface World {
  readonly chance: Chance;
  /** The batch's arbitrary values. */
  readonly pool: readonly unknown[];
  /** Descriptors of the fuzz's own files. */
  readonly descriptors: readonly number[];
  readonly folder: string;
  /** Closing is under way: the number may be somebody else's soon. */
  readonly closing: ReadonlySet<number>;
  readonly opcodes: number;
  readonly routes: number;
  readonly batchStride: number;
  nextTicket(): number;
}

const transferKinds = ["read", "write", "fsync", "fdatasync"].length;

function good(kind: Kind, world: World): unknown {
  const { chance } = world;
  switch (kind) {
    case "ticket":
      return world.nextTicket();
    case "fd":
      return chance.of([...world.descriptors, ...world.descriptors, -1, 1_000_000]);
    case "at":
      return chance.below(2) === 0 ? undefined : good("fd", world);
    case "view":
      return chance.of([() => new Uint8Array(64), () => Buffer.alloc(4096), () => new DataView(new ArrayBuffer(20), 4), () => new Uint8Array(new SharedArrayBuffer(32)), () => Buffer.alloc(70_000, 7)])();
    case "views":
    case "batchViews":
      return Array.from({ length: chance.below(6) }, () => good("view", world));
    case "offset":
      return chance.of([0, 0, 1, 5, 64]);
    case "length":
      return chance.of([0, 1, 16, 64, 4096]);
    case "position":
      return chance.of([-1, 0, 1, 4096, 2 ** 40]);
    case "traits":
      return chance.of([-1, 0, chance.below(1024)]);
    case "priority":
      return chance.of([0, 0, chance.below(65_536)]);
    case "path":
      return chance.of<() => unknown>([() => chance.of(fileNames), () => Buffer.from(chance.of(fileNames))])();
    case "flags":
      return chance.of([0, 1, 2, 0o100, 0o102, 0o1102, 0o2101, 0o200000, 0o10000000, chance.below(2 ** 24)]);
    case "mode":
      return chance.of([0o644, 0o700, 0o777, 0, 0xffff_ffff]);
    case "boolean":
      return chance.below(2) === 1;
    case "id":
      return chance.of([-1, 0, 1000]);
    case "time":
      return chance.of([0, 1.5, -1, 1e9]);
    case "fileSize":
      return chance.of([0, ...sizes, 2 ** 40]);
    case "cancelled":
      return chance.below(1000);
    case "count":
      return chance.below(5);
    case "batch": {
      const numbers = new Float64Array(4 * world.batchStride);
      for (let at = 0; at < numbers.length; at += world.batchStride) {
        const entry = [world.nextTicket(), chance.below(transferKinds), good("fd", world), good("offset", world), good("length", world), good("position", world), good("priority", world), 0];
        // Now and then a number that is none of these.
        numbers.set(entry.map((value) => (chance.below(20) === 0 ? chance.of([NaN, Infinity, -1, 1.5, 1e300, 2 ** 40]) : Number(value))), at);
      }
      return numbers;
    }
    case "counters":
      return new Float64Array(chance.of([world.opcodes * world.routes, 3, 0]));
    case "fds":
      return Array.from({ length: chance.below(5) }, () => good("fd", world));
  }
}

/** As the addon would read it, at worst: anything that is no number as 0, the rest cut to 32 bits. */
const descriptorIn = (value: unknown): number => (typeof value === "number" ? value | 0 : 0);

/** Only descriptors that are closed or the fuzz's own. */
function isHarmless(fd: number, { folder, closing }: World): boolean {
  if (fd < 0) return true;
  if (closing.has(fd)) return false;
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
  } catch {
    return true;
  }
}

/** Stays in the folder, which is the working directory. */
function leadsOut(value: unknown): boolean {
  const text = typeof value === "string" ? value : ArrayBuffer.isView(value) && value.byteLength > 0 ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1") : "";
  return text.startsWith("/") || text.includes("..");
}

/** Without its getters; the elements of what is too long to be taken do not matter. */
const elementsOf = (array: object): unknown[] => Object.entries(Object.getOwnPropertyDescriptors(array)).slice(0, 10_000).filter(([name]) => name !== "length").map(([, { value }]) => value as unknown);

function tamed(kind: Kind, value: unknown, world: World): unknown {
  if (kind === "path") return leadsOut(value) ? "a" : value;
  if (kind === "fd" || (kind === "at" && value !== undefined)) return isHarmless(descriptorIn(value), world) ? value : -1;
  if (kind === "fds" && Array.isArray(value)) return elementsOf(value).every((fd) => isHarmless(descriptorIn(fd), world)) ? value : [-1];
  if (kind === "batch" && types.isFloat64Array(value)) {
    for (let at = 2; at < value.length; at += world.batchStride) if (!isHarmless(descriptorIn(value[at]), world)) value[at] = -1;
  }
  return value;
}

/** @param wrong of a hundred such values, how many should not be what the contract asks for */
export function valueOf(kind: Kind, world: World, wrong: number): unknown {
  const { chance, pool } = world;
  const roll = chance.below(100);
  const value = roll >= wrong ? good(kind, world) : roll % 2 === 0 ? chance.of(strange)() : chance.of(pool);
  return tamed(kind, value, world);
}

/** For anything in the place of an options object or a function. */
export const strangeValue = ({ chance, pool }: Pick<World, "chance" | "pool">): unknown => (chance.below(2) === 0 ? chance.of(strange)() : chance.of(pool));

/** Short, and never by asking the value itself: it may throw. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "object":
      if (value === null) return "null";
      if (ArrayBuffer.isView(value)) return `${Object.prototype.toString.call(value).slice(8, -1)}(${value.byteLength})`;
      try {
        return Array.isArray(value) ? `Array(${value.length})` : Object.prototype.toString.call(value);
      } catch {
        return "Proxy";
      }
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case "function":
      return "function";
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}
