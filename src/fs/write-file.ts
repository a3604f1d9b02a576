import type { Path, Result } from "../backends/engine";
import { closeAfterFailure, failedStep, systemError } from "../errors";
import { flagsOf, pathOf } from "./arguments";
import { bothErrors, Descriptor, thenClose } from "./descriptor";
import type { Ground } from "./ground";
import { heldFile, mayBeHandle } from "./handle-argument";
import { slice, writeAll, writeFileRequestOf, type WriteFileRequest } from "./writing";

async function writeAndFlush(file: Descriptor, request: WriteFileRequest): Promise<void> {
  await writeAll(file, request);
  if (!request.flush) return;
  const flushed = await file.engine.fsync(file.fd);
  if (flushed < 0) throw systemError(flushed, "fsync");
}

async function writeInSteps(engine: Ground, path: Path, flags: number, request: WriteFileRequest) {
  const opened = await engine().open(path, flags, request.mode);
  if (typeof opened === "number") throw systemError(opened, "open", path);
  const file = new Descriptor(engine(), opened.fd, opened.traits);
  await thenClose(engine, file, writeAndFlush(file, request));
}

/** @returns false if the object was no FileHandle that could be written to */
async function writeHandle(engine: Ground, handle: object, request: WriteFileRequest): Promise<boolean> {
  const held = await heldFile(engine, handle);
  if (held === undefined) return false;
  try {
    await writeAll(held.file, request);
  } finally {
    held.letGo();
  }
  return true;
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

/** Since Node 26.9 a small file is written by one job there, too, which keeps to itself that it could not close it either. */
const keepsClose = major > 26 || (major === 26 && minor >= 9);

const isOneJobOfNode = ({ data, flush }: WriteFileRequest): boolean =>
  keepsClose && !flush && ArrayBuffer.isView(data) && data.byteLength <= slice;

/** What Node says of a writeFile whose steps ended so. */
function failureOf(result: Result, path: Path, request: WriteFileRequest): Error {
  const step = failedStep(result) || "open";
  const error = systemError(result, step, step === "open" ? path : undefined);
  const closed = closeAfterFailure(result);
  return closed === 0 || isOneJobOfNode(request) ? error : bothErrors(error, systemError(closed, "close"));
}

/** The common part of writeFile and appendFile, which differ in their default flag. */
async function write(
  engine: Ground,
  path: unknown,
  request: WriteFileRequest,
  defaultFlag: string,
  otherwise: () => Promise<void>,
): Promise<void> {
  try {
    const where = pathOf(path);
    if (where === undefined && mayBeHandle(path))
      return (await writeHandle(engine, path, request)) ? undefined : otherwise();
    const flags = flagsOf(request.flag || defaultFlag);
    if (where === undefined || flags === undefined) return otherwise();
    const { data, mode, flush, signal } = request;
    if (signal !== undefined || !ArrayBuffer.isView(data)) {
      await writeInSteps(engine, where, flags, request);
      return undefined;
    }
    const pending = engine().writeFile(where, data, flags, mode, flush);
    const result = typeof pending === "number" ? pending : await pending;
    if (result >= 0) return undefined;
    throw failureOf(result, where, request);
  } finally {
    request.lent?.giveBack();
  }
}

/** writeFile(file, data[, options]): all of the data, which may also come from an iterable or a stream. */
export const makeWriteFile = (engine: Ground) =>
  async function writeFile(path: unknown, data: unknown, options: unknown): Promise<void> {
    const request = writeFileRequestOf(engine, data, options);
    if (request === undefined) return engine.oracle.writeFile(path, data, options);
    return write(engine, path, request, "w", () => engine.oracle.writeFile(path, data, options));
  };

/** appendFile(path, data[, options]): writeFile at the end of the file. */
export const makeAppendFile = (engine: Ground) =>
  async function appendFile(path: unknown, data: unknown, options: unknown): Promise<void> {
    const request = writeFileRequestOf(engine, data, options);
    if (request === undefined) return engine.oracle.appendFile(path, data, options);
    return write(engine, path, request, "a", () => engine.oracle.appendFile(path, data, options));
  };
