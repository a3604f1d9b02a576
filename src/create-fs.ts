/** caio/fs once more, on an engine of its own or over a module of node:fs's shape. */

import { asyncDispose } from "./async-dispose";
import { invalidValue } from "./argument-errors";
import type { Engine, EngineStats } from "./backends/engine";
import { LimitedEngine, type DescriptorLimits } from "./backends/limited";
import { createEngine } from "./backends/select";
import { checkInteger } from "./context/arguments";
import { checkOptions, type AsyncContextOptions } from "./context/options";
import type { FileSystem } from "./fs/api/file-system";
import { nodesOwn, nodesOwnKnownTo } from "./fs/ground";
import { makeFileSystem, makeFileSystemOver } from "./fs/surface";

export interface CreateFsOptions extends AsyncContextOptions {
  /**
   * Descriptors that this file system has open at a time; who would open more waits, in the order of the calls. 1 or
   * more, without a limit unless given. FileHandles and Dirs count until they are closed: a program that holds all of
   * them and waits for one more waits for itself. `copyFile` opens two, and goes alone if the limit is 1; `rm` of a tree
   * counts as one, though it has one open for each level. A Dir's synchronous methods, and the directories below in a
   * recursive one, count but do not wait.
   */
  maxOpenFiles?: number | undefined;
  /**
   * What comes of an operation for which there is no descriptor left (EMFILE, or ENFILE in the whole system): `"fail"`,
   * the default, or `"wait"` until one of this file system's comes free. It fails all the same when this file system has
   * none open that could, or when none has come free for a minute.
   */
  onEmfile?: "wait" | "fail" | undefined;
}

/** `fs[Symbol.asyncDispose]()` waits for what is in flight and ends the engine; close the FileHandles before. */
export interface OwnFileSystem extends FileSystem, AsyncDisposable {
  /** What its engine has done so far; not enumerable, since the keys are those of node:fs/promises. */
  stats(): EngineStats;
}

function checkLimits({ maxOpenFiles, onEmfile = "fail" }: CreateFsOptions): DescriptorLimits | undefined {
  if (maxOpenFiles !== undefined) checkInteger("options.maxOpenFiles", maxOpenFiles, 1, 0x7fffffff);
  if (onEmfile !== "wait" && onEmfile !== "fail") throw invalidValue("options.onEmfile", "must be one of 'wait', 'fail'", onEmfile);
  return maxOpenFiles === undefined && onEmfile === "fail" ? undefined : { maxOpenFiles, waits: onEmfile === "wait" };
}

/**
 * All of `caio/fs` on an engine of its own, which lives until it is disposed of: what comes afterwards fails with the
 * system error EBADF, but a FileHandle that is closed then gives its descriptor back. With `fs`, everything happens in that module and nothing on this machine's disks; what the
 * engine does not do there is asked of the module's own `promises`, and fails with ENOSYS where it has none.
 *
 * @throws TypeError ERR_INVALID_ARG_TYPE or ERR_INVALID_ARG_VALUE, RangeError ERR_OUT_OF_RANGE; Error
 * ERR_CAIO_BACKEND_UNAVAILABLE if `options.backend` is not available on this machine
 */
export function createFs(options?: CreateFsOptions): OwnFileSystem {
  const { backend, engine: engineOptions } = checkOptions(options);
  const limits = checkLimits(options ?? {});
  const created = createEngine(backend, engineOptions).engine;
  const limited = limits === undefined ? undefined : new LimitedEngine(created, limits);
  const engine = limited ?? created;
  const get = (): Engine => engine;
  const own = limited === undefined ? nodesOwn : nodesOwnKnownTo((owner, fd) => limited.ownedBy(owner, fd));
  const fs = engineOptions.fs === undefined ? makeFileSystem(get, own) : makeFileSystemOver(engineOptions.fs, get);
  // Not enumerable: the keys are those of node:fs/promises.
  return Object.defineProperties(fs, {
    [asyncDispose]: { value: () => engine.end() },
    stats: { value: () => engine.stats() },
  }) as OwnFileSystem;
}
