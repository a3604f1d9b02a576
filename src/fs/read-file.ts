import { failedStep, systemError } from "../errors";
import { flagsOf, isUtf8, pathOf } from "./arguments";
import { Descriptor, thenClose } from "./descriptor";
import type { Ground } from "./ground";
import { heldFile, mayBeHandle } from "./handle-argument";
import { decoded, named, readFileRequestOf, readToEnd, type ReadFileRequest } from "./reading";

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

/** readFile(path[, options]): a whole file, as bytes or text. */
export const makeReadFile = (engine: Ground) =>
  async function readFile(path: unknown, options: unknown): Promise<unknown> {
    const request = readFileRequestOf(options);
    if (request === undefined) return engine.oracle.readFile(path, options);
    const where = pathOf(path);
    if (where === undefined && mayBeHandle(path)) return readHandle(engine, path, request, options);
    const flags = flagsOf(request.flag);
    if (where === undefined || flags === undefined) return engine.oracle.readFile(path, options);

    const { decoding, signal } = request;
    // One that may be aborted goes step by step, with looks at the signal in between.
    const pending =
      signal === undefined ? engine().readFile(where, flags, isUtf8(decoding)) : engine().open(where, flags, 0o666);
    const result = pending instanceof Promise ? await pending : pending;
    if (typeof result === "string") return result;
    if (typeof result === "number") {
      const step = failedStep(result) || "open";
      throw systemError(result, step, step === "open" ? where : named(where));
    }
    if (result instanceof Uint8Array) return decoded(result, decoding);
    const file = new Descriptor(engine(), result.fd, result.traits);
    const content = await thenClose(file, readToEnd(file, request, where));
    return content ?? engine.oracle.readFile(path, options);
  };
