/** What cp says: SystemErrors where it refuses, and other words where a step fails in a tree that is made anew. */

import { constants as system } from "node:os";
import { errnoOf } from "../errors";
import { oracle } from "./oracle";

/** What SystemErrors of Node are made of. */
interface Facts {
  readonly message: string;
  readonly path: string;
  readonly syscall: "cp";
  readonly errno: number;
  readonly code: string;
}

type SystemErrorClass = new (code: string, facts: Facts) => Error;

let known: Promise<SystemErrorClass> | undefined;

/** Node keeps the class to itself, but an error shows it: copying a directory onto itself is refused before anything happens. */
async function systemErrorClass(): Promise<SystemErrorClass> {
  const refused: unknown = await oracle.cp(__dirname, __dirname).catch((error: unknown) => error);
  const made = (refused as Error).constructor;
  return Object.getPrototypeOf(made) as SystemErrorClass;
}

type ErrnoName = keyof typeof system.errno;

export async function refusal(code: string, errno: ErrnoName, path: string, message: string): Promise<Error> {
  const Base = await (known ??= systemErrorClass());
  const NodeError = class NodeError extends Base {};
  return new NodeError(code, { message, path, syscall: "cp", errno: system.errno[errno], code: errno });
}

/** As the C library puts it, for what may befall a directory or a link. */
const descriptions: Partial<Record<ErrnoName, string>> = {
  EACCES: "Permission denied",
  EDQUOT: "Disk quota exceeded",
  EEXIST: "File exists",
  EIO: "Input/output error",
  ELOOP: "Too many levels of symbolic links",
  EMFILE: "Too many open files",
  EMLINK: "Too many links",
  ENAMETOOLONG: "File name too long",
  ENFILE: "Too many open files in system",
  ENOENT: "No such file or directory",
  ENOMEM: "Cannot allocate memory",
  ENOSPC: "No space left on device",
  ENOTDIR: "Not a directory",
  EPERM: "Operation not permitted",
};

const errnoNames = new Map(Object.entries(system.errno).map(([name, errno]) => [errno, name as ErrnoName]));

/** The error of Node's own walk through a tree, since Node 26, which goes by C++ and not by libuv. */
export function walkError(result: number, path: string): Error {
  const errno = -errnoOf(result);
  const code = errnoNames.get(errno) ?? "";
  const error = new Error(`${code}, ${descriptions[code as ErrnoName] ?? "Unknown error"} '${path}'`);
  return Object.assign(error, { errno, code, path, syscall: "cp" });
}
