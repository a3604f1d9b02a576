import { systemError } from "../errors";
import { bigintOf, pathOf } from "./arguments";
import type { Ground } from "./ground";
import { statsFrom } from "./stats";

const defaults = { bigint: false };

/** stat(path[, options]): what is known of a file. */
export const makeStat = (engine: Ground) =>
  async function stat(path: unknown, options: unknown = defaults): Promise<unknown> {
    const where = pathOf(path);
    const bigint = bigintOf(options);
    if (where === undefined || bigint === undefined) return engine.oracle.stat(path, options);
    const pending = engine().stat(where, true);
    const fields = pending instanceof Promise ? await pending : pending;
    if (typeof fields === "number") throw systemError(fields, "stat", where);
    return statsFrom(fields, bigint);
  };

/** lstat(path[, options]): as stat, but a symbolic link is looked at itself. */
export const makeLstat = (engine: Ground) =>
  async function lstat(path: unknown, options: unknown = defaults): Promise<unknown> {
    const where = pathOf(path);
    const bigint = bigintOf(options);
    if (where === undefined || bigint === undefined) return engine.oracle.lstat(path, options);
    const pending = engine().stat(where, false);
    const fields = pending instanceof Promise ? await pending : pending;
    if (typeof fields === "number") throw systemError(fields, "lstat", where);
    return statsFrom(fields, bigint);
  };
