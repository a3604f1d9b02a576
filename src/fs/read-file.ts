import type { Path } from "../backends/engine";
import { failedStep, systemError } from "../errors";
import { rejectIfAborted } from "./abort";
import { flagsOf, pathOf, textEncodingOf } from "./arguments";
import { Descriptor, thenClose } from "./descriptor";
import type { Ground } from "./ground";
import { heldFile, mayBeHandle } from "./handle-argument";
import { decoded, mayChange, named, readFileRequestOf, readToEnd, whenOpen, type ReadFileRequest } from "./reading";

async function readHandle(
  engine: Ground,
  handle: object,
  request: ReadFileRequest,
  options: unknown,
): Promise<unknown> {
  const held = await heldFile(engine, handle);
  if (held === undefined) return engine.oracle.readFile(handle, options);
  try {
    return (await readToEnd(held.file, request)) ?? (await engine.oracle.readFile(handle, options));
  } finally {
    held.letGo();
  }
}

async function readOpened(file: Descriptor, request: ReadFileRequest, options: unknown, path: Path) {
  const now = whenOpen(request, options);
  // Into the caller's memory, Node goes by the descriptor alone, and its errors know of no path.
  return readToEnd(file, now, now.target === undefined ? path : undefined);
}

/** readFile(path[, options]): a whole file, as bytes or text. */
export const makeReadFile = (engine: Ground) =>
  async function readFile(path: unknown, options: unknown): Promise<unknown> {
    const request = readFileRequestOf(options);
    if (request === undefined) return engine.oracle.readFile(path, options);
    const where = pathOf(path);
    if (where === undefined && mayBeHandle(path)) return readHandle(engine, path, request, options);
    const flags = flagsOf(request.flag);
    if (where === undefined || flags === undefined) return engine.oracle.readFile(path, options);

    const { decoding, signal, target } = request;
    const encoding = textEncodingOf(decoding);
    const pending = target === undefined ? engine().readFile(where, flags, encoding) : engine().open(where, flags, 0o666);
    const result = pending instanceof Promise || mayChange(options) ? await pending : pending;
    if (typeof result === "number") {
      const step = failedStep(result) || "open";
      // Node looks at the signal when the file is open.
      if (signal !== undefined && step !== "open") await rejectIfAborted(signal);
      throw systemError(result, step, step === "open" ? where : named(where));
    }
    const isRead = typeof result === "string" || result instanceof Uint8Array;
    if (signal !== undefined && isRead) await rejectIfAborted(signal);
    if (typeof result === "string") {
      const now = whenOpen(request, options).decoding;
      return textEncodingOf(now) === encoding ? result : decoded(Buffer.from(result, encoding), now);
    }
    if (result instanceof Uint8Array) return decoded(result, whenOpen(request, options).decoding);
    const file = new Descriptor(engine(), result.fd, result.traits);
    const content = await thenClose(engine, file, readOpened(file, request, options, where));
    return content ?? engine.oracle.readFile(path, options);
  };
