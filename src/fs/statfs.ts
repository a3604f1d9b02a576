import type { BigIntStatsFs, StatsFs } from "node:fs";
import type { StatFields } from "../backends/engine";
import { nodeFs } from "../backends/node-fs";
import { systemError } from "../errors";
import { pathOf } from "./arguments";
import type { Ground } from "./ground";

type Constructor = new (...fields: (number | bigint)[]) => StatsFs | BigIntStatsFs;

let known: Constructor | undefined;

/** Node does not export the class; what statfsSync makes leads to it. */
const statFsClass = (): Constructor => (known ??= nodeFs.statfsSync("/").constructor as Constructor);

/** From 24.16 on the class takes `frsize` between `bsize` and `blocks`; the engine has it last. */
function statFsFrom({ numbers, bigints, first }: StatFields, bigint: boolean): StatsFs | BigIntStatsFs {
  const StatFs = statFsClass();
  const [type = 0, bsize = 0, blocks = 0, bfree = 0, bavail = 0, files = 0, ffree = 0, frsize = 0] =
    (bigint ? bigints : numbers).subarray(first);
  const rest = [blocks, bfree, bavail, files, ffree];
  return StatFs.length < 8 ? new StatFs(type, bsize, ...rest) : new StatFs(type, bsize, frsize, ...rest);
}

const bigintOf = (options: unknown): boolean | undefined =>
  options === null ? undefined : (options as { bigint?: unknown }).bigint === true;

const defaults = { bigint: false };

/** statfs(path[, options]): what a file's file system is like, and what it has left. */
export const makeStatfs = (engine: Ground) =>
  async function statfs(path: unknown, options: unknown = defaults): Promise<unknown> {
    const where = pathOf(path);
    if (where === undefined) return engine.oracle.statfs(path, options);
    const bigint = bigintOf(options);
    if (bigint === undefined) return engine.oracle.statfs(path, options);
    const pending = engine().statfs(where);
    const fields = pending instanceof Promise ? await pending : pending;
    if (typeof fields === "number") throw systemError(fields, "statfs", where);
    return statFsFrom(fields, bigint);
  };
