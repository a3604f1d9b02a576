import { constants } from "node:os";
import type { Path } from "../backends/engine";
import { errnoOf, systemError } from "../errors";
import { rejectIfAborted, throwIfAborted } from "./abort";
import { bigintOf, pathOf, type Options } from "./arguments";
import type { Ground } from "./ground";
import { knowsOption } from "./node-options";
import { statsFrom, statsShape } from "./stats";

const defaults = { bigint: false };

type Name = "stat" | "lstat";

/** Options that only newer Nodes know. */
interface StatRequest {
  readonly bigint: boolean;
  /** Whether undefined may be the answer where there is nothing. */
  readonly mayLack: boolean;
  readonly signal: AbortSignal | undefined;
}

const statRequestOf = (name: Name, options: unknown): StatRequest | undefined => {
  if (typeof options !== "object" || options === null || Array.isArray(options)) return undefined;
  const { bigint, throwIfNoEntry, signal } = options as Options;
  const mayLack = throwIfNoEntry === false && knowsOption(name, "throwIfNoEntry");
  const request = { bigint: bigint === true, mayLack, signal: undefined };
  if (signal === undefined || !knowsOption(name, "signal")) return request;
  // Node has its own words for one that is aborted already, and for what it cannot listen to.
  return signal instanceof AbortSignal && !signal.aborted ? { ...request, signal } : undefined;
};

const { ENOENT, ENOTDIR } = constants.errno;
const isLack = (result: number): boolean => [ENOENT, ENOTDIR].includes(-errnoOf(result));

async function look(engine: Ground, name: Name, path: Path, { bigint, mayLack, signal }: StatRequest): Promise<unknown> {
  if (signal !== undefined) await rejectIfAborted(signal);
  const fields = await engine().stat(path, name === "stat");
  throwIfAborted(signal);
  if (typeof fields !== "number") return statsFrom(fields, bigint);
  if (mayLack && isLack(fields)) return undefined;
  throw systemError(fields, name, path);
}

async function statOtherwise(engine: Ground, name: Name, path: unknown, options: unknown): Promise<unknown> {
  const where = pathOf(path);
  const request = statRequestOf(name, options);
  return where === undefined || request === undefined ? engine.oracle[name](path, options) : await look(engine, name, where, request);
}

/** stat(path[, options]): what is known of a file. */
export const makeStat = (engine: Ground) =>
  async function stat(path: unknown, options: unknown = defaults): Promise<unknown> {
    const where = pathOf(path);
    const bigint = bigintOf(options);
    if (where === undefined || bigint === undefined) return statOtherwise(engine, "stat", path, options);
    const pending = engine().statAs(where, true, statsShape(bigint));
    const stats = pending instanceof Promise ? await pending : pending;
    if (typeof stats === "number") throw systemError(stats, "stat", where);
    return stats;
  };

/** lstat(path[, options]): as stat, but a symbolic link is looked at itself. */
export const makeLstat = (engine: Ground) =>
  async function lstat(path: unknown, options: unknown = defaults): Promise<unknown> {
    const where = pathOf(path);
    const bigint = bigintOf(options);
    if (where === undefined || bigint === undefined) return statOtherwise(engine, "lstat", path, options);
    const pending = engine().statAs(where, false, statsShape(bigint));
    const stats = pending instanceof Promise ? await pending : pending;
    if (typeof stats === "number") throw systemError(stats, "lstat", where);
    return stats;
  };
