/** The engine's stat fields → the running Node's own Stats and BigIntStats. */

import type { BigIntStats, Stats } from "node:fs";
import type { StatFields, StatShape } from "../backends/engine";
import { nodeFs } from "../backends/node-fs";

const { statSync } = nodeFs;

type Constructor<Field, Made> = new (...fields: Field[]) => Made;

interface Constructors {
  readonly Stats: Constructor<number, Stats>;
  readonly BigIntStats: Constructor<bigint, BigIntStats>;
  /** One of each, for the sake of what V8 has compiled: see keptShapes. */
  readonly kept: readonly object[];
}

let known: Constructors | undefined;

// fs.Stats itself warns when it is called on Node ≥ 22, and BigIntStats is not exported; what statSync makes leads to both.
const constructors = (): Constructors => {
  if (known !== undefined) return known;
  const place = statSync(__filename, { throwIfNoEntry: false }) === undefined ? "/" : __filename;
  const plain = statSync(place);
  const big = statSync(place, { bigint: true });
  return (known = {
    Stats: plain.constructor as Constructors["Stats"],
    BigIntStats: big.constructor as Constructors["BigIntStats"],
    kept: [plain, big],
  });
};

const at = ({ numbers, first }: StatFields, index: number): number => numbers[first + index] as number;
const milliseconds = (fields: StatFields, index: number): number => at(fields, index) * 1e3 + at(fields, index + 1) / 1e6;

const bigAt = ({ bigints, first }: StatFields, index: number): bigint => bigints[first + index] as bigint;
const nanoseconds = (fields: StatFields, index: number): bigint =>
  bigAt(fields, index) * 1_000_000_000n + bigAt(fields, index + 1);

/** Node 26 takes seconds and nanoseconds of each time, one after the other; up to then it was milliseconds. */
const takesSeconds = (make: Constructors["Stats"]): boolean => make.length >= 18;

function bigintStatsFrom(f: StatFields): BigIntStats {
  const { BigIntStats } = constructors();
  const times = [nanoseconds(f, 10), nanoseconds(f, 12), nanoseconds(f, 14), nanoseconds(f, 16)];
  return new BigIntStats(...f.bigints.subarray(f.first, f.first + 10), ...times);
}

function plainStatsFrom(f: StatFields): Stats {
  const { Stats } = constructors();
  if (takesSeconds(Stats)) {
    return new Stats(
      at(f, 0), at(f, 1), at(f, 2), at(f, 3), at(f, 4), at(f, 5), at(f, 6), at(f, 7), at(f, 8),
      at(f, 9), at(f, 10), at(f, 11), at(f, 12), at(f, 13), at(f, 14), at(f, 15), at(f, 16), at(f, 17),
    );
  }
  return new Stats(
    at(f, 0), at(f, 1), at(f, 2), at(f, 3), at(f, 4), at(f, 5), at(f, 6), at(f, 7), at(f, 8), at(f, 9),
    milliseconds(f, 10), milliseconds(f, 12), milliseconds(f, 14), milliseconds(f, 16),
  );
}

/** What makes them where nothing may fail any more. */
export function statsShape(bigint: boolean): StatShape<Stats | BigIntStats> {
  constructors();
  return bigint ? bigintStatsFrom : plainStatsFrom;
}

export const statsFrom = (fields: StatFields, bigint: boolean): Stats | BigIntStats =>
  bigint ? bigintStatsFrom(fields) : plainStatsFrom(fields);

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;

export const fileType = (fields: StatFields): number => at(fields, 1) & S_IFMT;
export const isRegular = (fields: StatFields): boolean => fileType(fields) === S_IFREG;
export const isDirectory = (fields: StatFields): boolean => fileType(fields) === S_IFDIR;
export const sizeOf = (fields: StatFields): number => at(fields, 8);

/** What two names must share to be one file. */
export const identityOf = (fields: StatFields): { mode: number; device: bigint; inode: bigint } => ({
  mode: at(fields, 1),
  device: bigAt(fields, 0),
  inode: bigAt(fields, 7),
});
