/** −errno from the engine → the error that Node gives: own keys errno, code, syscall, path, dest in this order. */

import { getSystemErrorMap } from "node:util";

export interface SystemError extends Error {
  errno: number;
  code: string;
  syscall: string;
  path?: string;
  dest?: string;
}

type Location = string | Uint8Array | undefined;

/** A job's failure is −(step × 4096 + errno): errno values end at 4095 (MAX_ERRNO in the kernel's err.h). */
const stepStride = 4096;

/** And of one that could not close its file either: −(close's errno × 2¹⁸ + the rest). */
const closeStride = 64 * stepStride;

export const errnoOf = (result: number): number => -(-result % stepStride);

/** Names of the steps of a job, as syscall strings of Node's errors. */
export const steps = ["", "open", "write", "fsync", "close", "read", "fstat", "scandir", "unlink", "rmdir", "mkdir", "chmod"] as const;

/** The step at which a job failed, or "" for an operation of one step. */
export const failedStep = (result: number): string => steps[Math.floor((-result % closeStride) / stepStride)] ?? "";

/** −errno of the close that failed after the job had failed, or 0. */
export const closeAfterFailure = (result: number): number => -Math.floor(-result / closeStride) || 0;

/** A failed job's result with what its close said, −errno or 0. */
export const withClose = (result: number, closed: number): number => result + closed * closeStride;

// A lone surrogate reached the kernel as U+FFFD, and so it stands in Node's errors.
const asText = (location: string | Uint8Array): string =>
  typeof location === "string" ? location.toWellFormed() : Buffer.from(location.buffer, location.byteOffset, location.byteLength).toString();

// Node makes the map anew at every call.
const systemErrors = getSystemErrorMap();

/**
 * @param result −errno, or a job's failure
 * @param syscall Node's name for it (libuv's, e.g. "scandir" for readdir)
 */
export function systemError(result: number, syscall: string, path?: Location, dest?: Location): SystemError {
  const errno = errnoOf(result);
  const [code, description] = systemErrors.get(errno) ?? [`Unknown system error ${errno}`, ""];
  let message = description === "" ? `${code}: ${code}, ${syscall}` : `${code}: ${description}, ${syscall}`;
  if (path !== undefined) message += ` '${asText(path)}'`;
  if (dest !== undefined) message += ` -> '${asText(dest)}'`;
  const error = new Error(message) as SystemError;
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  if (path !== undefined) error.path = asText(path);
  if (dest !== undefined) error.dest = asText(dest);
  return error;
}
