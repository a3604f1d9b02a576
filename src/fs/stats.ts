/** The engine's stat fields → the running Node's own Stats and BigIntStats. */

import type { BigIntStats, Stats } from "node:fs";
import type { StatFields } from "../backends/engine";
import { nodeFs } from "../backends/node-fs";

const { statSync } = nodeFs;

type Constructor<Field, Made> = new (...fields: Field[]) => Made;

interface Constructors {
  readonly Stats: Constructor<number, Stats>;
  readonly BigIntStats: Constructor<bigint, BigIntStats>;
}

let known: Constructors | undefined;

// fs.Stats itself warns when it is called on Node ≥ 22, and BigIntStats is not exported; what statSync makes leads to both.
const constructors = (): Constructors => {
  if (known !== undefined) return known;
  const place = statSync(__filename, { throwIfNoEntry: false }) === undefined ? "/" : __filename;
  return (known = {
    Stats: statSync(place).constructor as Constructors["Stats"],
    BigIntStats: statSync(place, { bigint: true }).constructor as Constructors["BigIntStats"],
  });
};

const at = (fields: Float64Array, index: number): number => fields[index] as number;
const milliseconds = (fields: Float64Array, index: number): number => at(fields, index) * 1e3 + at(fields, index + 1) / 1e6;

const bigAt = (fields: BigInt64Array, index: number): bigint => fields[index] as bigint;
const nanoseconds = (fields: BigInt64Array, index: number): bigint =>
  bigAt(fields, index) * 1_000_000_000n + bigAt(fields, index + 1);

/** Node 26 takes seconds and nanoseconds of each time, one after the other; up to then it was milliseconds. */
const takesSeconds = (make: Constructors["Stats"]): boolean => make.length >= 18;

export function statsFrom(fields: StatFields, bigint: boolean): Stats | BigIntStats {
  const { Stats, BigIntStats } = constructors();
  if (bigint) {
    const f = fields.bigints;
    const times = [nanoseconds(f, 10), nanoseconds(f, 12), nanoseconds(f, 14), nanoseconds(f, 16)];
    return new BigIntStats(...f.subarray(0, 10), ...times);
  }
  const f = fields.numbers;
  if (takesSeconds(Stats)) return new Stats(...f);
  return new Stats(
    at(f, 0), at(f, 1), at(f, 2), at(f, 3), at(f, 4), at(f, 5), at(f, 6), at(f, 7), at(f, 8), at(f, 9),
    milliseconds(f, 10), milliseconds(f, 12), milliseconds(f, 14), milliseconds(f, 16),
  );
}

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;

export const fileType = (fields: StatFields): number => at(fields.numbers, 1) & S_IFMT;
export const isRegular = (fields: StatFields): boolean => fileType(fields) === S_IFREG;
export const isDirectory = (fields: StatFields): boolean => fileType(fields) === S_IFDIR;
export const sizeOf = (fields: StatFields): number => at(fields.numbers, 8);
