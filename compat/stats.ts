/** Stats without what no two files share (inode, times): class, own keys, types and how the fields hang together. */

import type { BigIntStats, Stats } from "node:fs";

const times = ["atime", "mtime", "ctime", "birthtime"] as const;
const steady = ["dev", "mode", "nlink", "uid", "gid", "rdev", "blksize", "size"] as const;

export const isStats = (value: object): value is Stats | BigIntStats =>
  value.constructor?.name === "Stats" || value.constructor?.name === "BigIntStats";

function timesHang(stats: Stats | BigIntStats): Record<string, unknown> {
  const relations: Record<string, unknown> = {};
  for (const time of times) {
    const milliseconds = stats[`${time}Ms`];
    const date = stats[time];
    relations[`${time} is a Date of ${time}Ms`] = date instanceof Date && Math.abs(date.getTime() - Number(milliseconds)) <= 1;
    if ("atimeNs" in stats) relations[`${time}Ms is ${time}Ns in milliseconds`] = stats[`${time}Ns`] / 1_000_000n === milliseconds;
    relations[`type of ${time}Ms`] = typeof milliseconds;
  }
  return relations;
}

export function reduceStats(stats: Stats | BigIntStats): Record<string, unknown> {
  return {
    class: stats.constructor.name,
    keys: Reflect.ownKeys(stats).map(String),
    steady: Object.fromEntries(steady.map((field) => [field, stats[field]])),
    "type of ino": typeof stats.ino,
    "type of blocks": typeof stats.blocks,
    times: timesHang(stats),
    is: [
      stats.isFile() && "file",
      stats.isDirectory() && "directory",
      stats.isSymbolicLink() && "link",
      stats.isFIFO() && "fifo",
      stats.isSocket() && "socket",
      stats.isCharacterDevice() && "character device",
      stats.isBlockDevice() && "block device",
    ].filter(Boolean),
  };
}

/** Names of the fields in which two stats of one file differ; for files that nobody touches in between. */
export function differingFields(one: Stats | BigIntStats, other: Stats | BigIntStats): string[] {
  const fields = new Map(Object.entries(other).map(([field, value]) => [field, String(value)]));
  for (const [field, value] of Object.entries(one)) {
    if (fields.get(field) === String(value)) fields.delete(field);
    else fields.set(field, `${String(value)} instead of ${fields.get(field)}`);
  }
  return [...fields.keys()];
}
