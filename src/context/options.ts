/** Options of a context, checked and completed. */

import { invalidValue } from "../argument-errors";
import { isBackendName } from "../backends/choice";
import { backendNames, type BackendName } from "../backends/engine";
import type { FileSystemShape } from "../backends/file-system-shape";
import { defaultOptions, type EngineOptions } from "../backends/select";
import { checkBoolean, checkInteger, checkObject } from "./arguments";

export interface AsyncContextOptions {
  /** Operations in flight at most; more wait in order of arrival, none fails. 1–32768, 512 unless given. */
  maxRequests?: number | undefined;
  /** Threads of the context's pool at most; they start when they are needed. 1–128, 8 unless given. */
  poolSize?: number | undefined;
  /** Send the operations of one turn of the event loop down together, some at a time (the default), or each at once. */
  deferred?: boolean | undefined;
  /**
   * `uring` only: a kernel thread polls the submission queue, at the price of a busy core. Off unless asked for. That
   * thread keeps the credentials of its creation: after a change of user or groups the ring is made anew.
   */
  sqpoll?: boolean | undefined;
  /** Try each operation on the calling thread first, in so far as that cannot block. On, unless CAIO_TRY_NOW is 0. */
  tryNow?: boolean | undefined;
  /** The backend, instead of the one that `backends()` says is in use. */
  backend?: BackendName | undefined;
  /** A module of node:fs's shape, memfs for instance. Implies the backend `js`, and is refused with another. */
  fs?: FileSystemShape | undefined;
}

export interface CheckedOptions {
  /** Undefined: the one in use. */
  readonly backend: BackendName | undefined;
  readonly engine: EngineOptions;
}

function checkBackend(backend: unknown): BackendName {
  if (typeof backend === "string" && isBackendName(backend)) return backend;
  throw invalidValue("options.backend", `must be one of '${backendNames.join("', '")}'`, backend);
}

const needed = ["open", "close", "read", "write", "fsync", "fdatasync", "fstat"] as const;

function checkFileSystem(fs: unknown): FileSystemShape {
  const given = checkObject("options.fs", fs) as Partial<FileSystemShape>;
  const missing = needed.filter((name) => typeof given[name] !== "function");
  if (missing.length > 0) throw invalidValue("options.fs", `must have the functions of node:fs, ${missing.join(", ")} included`, fs);
  return given as FileSystemShape;
}

export function checkOptions(options: AsyncContextOptions = {}): CheckedOptions {
  checkObject("options", options);
  const { maxRequests, poolSize, deferred, sqpoll, tryNow } = { ...defaultOptions, ...withoutUndefined(options) };
  const engine = {
    maxRequests: checkInteger("options.maxRequests", maxRequests, 1, 32768),
    poolSize: checkInteger("options.poolSize", poolSize, 1, 128),
    deferred: checkBoolean("options.deferred", deferred),
    sqpoll: checkBoolean("options.sqpoll", sqpoll),
    tryNow: checkBoolean("options.tryNow", tryNow),
  };
  const backend = options.backend === undefined ? undefined : checkBackend(options.backend);
  if (options.fs === undefined) return { backend, engine };
  if (backend !== undefined && backend !== "js") throw invalidValue("options.fs", `is for the backend 'js', not for '${backend}'`, options.fs);
  return { backend: "js", engine: { ...engine, fs: checkFileSystem(options.fs) } };
}

const withoutUndefined = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
