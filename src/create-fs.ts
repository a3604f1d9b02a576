/** caio/fs once more, on an engine of its own or over a module of node:fs's shape. */

import { asyncDispose } from "./async-dispose";
import type { Engine } from "./backends/engine";
import { createEngine } from "./backends/select";
import { checkOptions, type AsyncContextOptions } from "./context/options";
import type { FileSystem } from "./fs/api/file-system";
import { makeFileSystem, makeFileSystemOver } from "./fs/surface";

export type CreateFsOptions = AsyncContextOptions;

/** `fs[Symbol.asyncDispose]()` waits for what is in flight and ends the engine; close the FileHandles before. */
export type OwnFileSystem = FileSystem & AsyncDisposable;

/**
 * All of `caio/fs` on an engine of its own, which lives until it is disposed of: what comes afterwards fails with the
 * system error EBADF. With `fs`, everything happens in that module and nothing on this machine's disks; what the
 * engine does not do there is asked of the module's own `promises`, and fails with ENOSYS where it has none.
 *
 * @throws TypeError ERR_INVALID_ARG_TYPE or ERR_INVALID_ARG_VALUE, RangeError ERR_OUT_OF_RANGE; Error
 * ERR_CAIO_BACKEND_UNAVAILABLE if `options.backend` is not available on this machine
 */
export function createFs(options?: CreateFsOptions): OwnFileSystem {
  const { backend, engine: engineOptions } = checkOptions(options);
  const { engine } = createEngine(backend, engineOptions);
  const get = (): Engine => engine;
  const fs = engineOptions.fs === undefined ? makeFileSystem(get) : makeFileSystemOver(engineOptions.fs, get);
  // Not enumerable: the keys are those of node:fs/promises.
  return Object.defineProperty(fs, asyncDispose, { value: () => engine.end() }) as OwnFileSystem;
}
