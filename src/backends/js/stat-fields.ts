/** Stats and times of a node:fs-shaped module ↔ those of engine.ts. */

import type { StatFields } from "../engine";
import type { ShapeStatFs, ShapeStats, ShapeTime } from "../file-system-shape";

const nanosecondsPerSecond = 1_000_000_000n;

/** Milliseconds may be fractional numbers where the module knows no bigints. */
const nanoseconds = (ms: number | bigint, ns: number | bigint | undefined): bigint => {
  if (ns !== undefined) return BigInt(ns);
  return typeof ms === "bigint" ? ms * 1_000_000n : BigInt(Math.round(ms * 1000)) * 1000n;
};

/** The kernel's numbers have no sign; Node has its bigints in signed arrays (an inode of GlusterFS may need the last bit). */
const unsigned = (value: bigint): number => Number(BigInt.asUintN(64, value));

export function statFields(stats: ShapeStats): StatFields {
  const plain = [
    stats.dev, stats.mode, stats.nlink, stats.uid, stats.gid,
    stats.rdev, stats.blksize, stats.ino, stats.size, stats.blocks,
  ].map(BigInt);
  const times = [
    nanoseconds(stats.atimeMs, stats.atimeNs),
    nanoseconds(stats.mtimeMs, stats.mtimeNs),
    nanoseconds(stats.ctimeMs, stats.ctimeNs),
    nanoseconds(stats.birthtimeMs, stats.birthtimeNs),
  ].flatMap((time) => {
    // Before 1970 the seconds round down, so that the nanoseconds stay positive, as the kernel has it.
    const rest = ((time % nanosecondsPerSecond) + nanosecondsPerSecond) % nanosecondsPerSecond;
    return [(time - rest) / nanosecondsPerSecond, rest];
  });
  return {
    first: 0,
    numbers: Float64Array.from([...plain.map(unsigned), ...times.map(Number)]),
    bigints: BigInt64Array.from([...plain, ...times]),
  };
}

export function statfsFields(stats: ShapeStatFs): StatFields {
  const { type, bsize, blocks, bfree, bavail, files, ffree, frsize = bsize } = stats;
  const all = [type, bsize, blocks, bfree, bavail, files, ffree, frsize].map(BigInt);
  return { first: 0, numbers: Float64Array.from(all, unsigned), bigints: BigInt64Array.from(all) };
}

/** Seconds since 1970 as a module takes them. */
export const shapeTime = (seconds: number): ShapeTime => (seconds < 0 ? String(seconds) : seconds);
