import { constants } from "node:os";
import type { Engine, Path } from "../backends/engine";
import { delay } from "../backends/event-loop";
import { errnoOf, failedStep, systemError } from "../errors";
import { pathOf, type Options } from "./arguments";
import type { Ground } from "./ground";
import { isDirectory } from "./stats";

/** unlink(path) */
export const makeUnlink = (engine: Ground) =>
  async function unlink(path: unknown): Promise<void> {
    const where = pathOf(path);
    if (where === undefined) return engine.oracle.unlink(path);
    const pending = engine().unlink(where);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "unlink", where);
    return undefined;
  };

interface RmRequest {
  readonly force: boolean;
  readonly recursive: boolean;
  readonly maxRetries: number;
  readonly retryDelay: number;
}

const isCount = (value: unknown, most: number): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most;

const rmRequestOf = (options: unknown): RmRequest | undefined => {
  if (options !== undefined && (typeof options !== "object" || options === null || Array.isArray(options))) return undefined;
  const defaults: Options = { recursive: false, force: false, retryDelay: 100, maxRetries: 0 };
  const { force, recursive, maxRetries, retryDelay } = { ...defaults, ...options };
  if (typeof force !== "boolean" || typeof recursive !== "boolean") return undefined;
  if (!isCount(maxRetries, 2 ** 32 - 1) || !isCount(retryDelay, 2 ** 31 - 1)) return undefined;
  return { force, recursive, maxRetries, retryDelay };
};

interface Failure {
  readonly result: number;
  readonly syscall: string;
  readonly path: Path;
}

const { EBUSY, EEXIST, EMFILE, ENFILE, ENOENT, ENOTDIR, ENOTEMPTY, EPERM } = constants.errno;
const worthAnotherTry: ReadonlySet<number> = new Set([EBUSY, EMFILE, ENFILE, ENOTEMPTY, EPERM]);
const errnoIs = (result: number, errno: number): boolean => errnoOf(result) === -errno;

/** Looks what is at the path: a failure, or whether it is a directory. */
async function look(engine: Engine, path: Path): Promise<Failure | boolean> {
  const pending = engine.stat(path, false);
  const fields = pending instanceof Promise ? await pending : pending;
  return typeof fields === "number" ? { result: fields, syscall: "lstat", path } : isDirectory(fields);
}

/** The name that Node's own removal, which goes step by step, would give to the step that failed. */
async function failedCall(engine: Engine, result: number, path: Path): Promise<string> {
  const step = failedStep(result);
  if (step === "open" || step === "read") return "scandir";
  if (step !== "") return step;
  // Only listing takes a descriptor, and only who supposed a directory, see below, finds none.
  if ([EMFILE, ENFILE, ENOTDIR].includes(-errnoOf(result))) return "scandir";
  return (await look(engine, path)) === true ? "rmdir" : "unlink";
}

/**
 * Where unlink(2) was not permitted, Node supposes a directory after all, and its error tells of that: removing another
 * user's file from a directory with the sticky bit ends in a scandir that finds no directory.
 */
async function supposeDirectory(engine: Engine, path: Path, unlinked: number): Promise<Failure | undefined> {
  const result = await engine.rmdir(path);
  if (result >= 0) return undefined;
  if (errnoIs(result, ENOTDIR)) return { result: unlinked, syscall: "unlink", path };
  if (![ENOTEMPTY, EEXIST, EPERM].includes(-errnoOf(result))) return { result, syscall: "rmdir", path };
  const listing = await engine.readdir(path, true, false);
  return typeof listing === "number"
    ? { result: listing, syscall: "scandir", path }
    : { result, syscall: "rmdir", path };
}

async function removeOnce(engine: Engine, path: Path, directory: boolean): Promise<Failure | undefined> {
  if (!directory) {
    const result = await engine.unlink(path);
    if (errnoIs(result, EPERM)) return supposeDirectory(engine, path, result);
    return result < 0 ? { result, syscall: "unlink", path } : undefined;
  }
  const outcome = await engine.removeTree(path);
  const failed = typeof outcome === "number" ? { result: outcome, path } : outcome;
  // What looked like a directory and is none any more, or is a link to one with a slash behind it, Node leaves alone.
  if (failed.result >= 0 || (failed.path === path && errnoIs(failed.result, ENOTDIR))) return undefined;
  const syscall = await failedCall(engine, failed.result, failed.path);
  if (syscall === "unlink" && errnoIs(failed.result, EPERM)) return supposeDirectory(engine, failed.path, failed.result);
  return { ...failed, syscall };
}

/** rm(path[, options]): files, and with `recursive` whole trees; what is gone already does not count as a failure. */
export const makeRm = (engine: Ground) =>
  async function rm(path: unknown, options: unknown): Promise<void> {
    const request = rmRequestOf(options);
    const where = pathOf(path);
    if (where === undefined || request === undefined) return engine.oracle.rm(path, options);
    const found = await look(engine(), where);
    if (typeof found === "object") {
      if (request.force && errnoIs(found.result, ENOENT)) return undefined;
      throw systemError(found.result, found.syscall, where);
    }
    if (found && !request.recursive) return engine.oracle.rm(path, options);

    let directory = found;
    for (let retries = 1; ; retries++) {
      const failure = await removeOnce(engine(), where, directory);
      if (failure === undefined || errnoIs(failure.result, ENOENT)) return undefined;
      if (retries > request.maxRetries || !worthAnotherTry.has(-errnoOf(failure.result)))
        throw systemError(failure.result, failure.syscall, failure.path);
      await delay(retries * request.retryDelay);
      const now = await look(engine(), where);
      if (typeof now === "boolean") directory = now;
    }
  };
