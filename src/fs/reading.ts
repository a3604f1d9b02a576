/** A whole file, read from an open descriptor: what readFile(path), readFile(handle) and handle.readFile() share. */

import { constants } from "node:buffer";
import { StringDecoder } from "node:string_decoder";
import { traits as traitBits, type Engine, type Eventual, type Path } from "../backends/engine";
import { systemError } from "../errors";
import { rejectIfAborted, throwIfAborted } from "./abort";
import { decodingOf, isQuiet, isUtf8, optionsOf, type Decoding, type Options, type Signal } from "./arguments";
import type { Descriptor } from "./descriptor";
import { memoryFor, readFromCursor, readFromStart } from "./known-size";
import { knowsOption } from "./node-options";
import { nodeMajor } from "./oracle";
import { isTarget, readInto, type Target } from "./read-into";
import { isRegular, sizeOf } from "./stats";

export interface ReadFileRequest {
  readonly encoding: unknown;
  readonly decoding: Decoding;
  readonly flag: unknown;
  readonly signal: Signal | undefined;
  readonly target: Target | undefined;
}

const plain: ReadFileRequest = { encoding: undefined, decoding: "bytes", flag: "r", signal: undefined, target: undefined };

/** Node calls the function as a method of its options. */
const boundTo = (options: Options, target: Target): Target =>
  typeof target === "function" ? (size) => Reflect.apply(target, options, [size]) : target;

export const readFileRequestOf = (options: unknown): ReadFileRequest | undefined => {
  if (options === undefined) return plain;
  const given = optionsOf(options);
  if (given === undefined) return undefined;
  const { encoding, flag, signal, buffer } = given;
  const decoding = decodingOf(encoding);
  if (decoding === undefined || !isQuiet(signal)) return undefined;
  const request = { encoding, decoding, flag: flag || "r", signal, target: undefined };
  if (buffer === undefined || !knowsOption("readFile", "buffer")) return request;
  return isTarget(buffer) ? { ...request, target: boundTo(given, buffer) } : undefined;
};

export const mayChange = (options: unknown): options is Options => typeof options === "object" && options !== null;

/**
 * Node looks at `encoding` once more when the file is open: what the options say by then counts.
 * @throws TypeError ERR_UNKNOWN_ENCODING
 */
export function whenOpen(request: ReadFileRequest, options: unknown): ReadFileRequest {
  if (!mayChange(options)) return request;
  const { encoding } = options;
  if (encoding === request.encoding) return request;
  if (!encoding) return { ...request, decoding: "bytes" };
  const named = encoding as BufferEncoding;
  // It knows encodings, and says so of those that are none.
  void new StringDecoder(named);
  return { ...request, decoding: named };
}

/** What Node reads at once of a file that does not say its size. */
const unknownSizePiece = 64 * 1024;
/** A Buffer of Node's could be larger; its readFile stops here. */
const maxFileSize = 2 ** 31 - 1;

/** @throws RangeError where no string is so long: Node puts text together from pieces, and it is V8 that says so. */
export function decoded(bytes: Buffer, decoding: Decoding): Buffer | string {
  if (decoding === "bytes") return bytes;
  try {
    return bytes.toString(decoding);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_STRING_TOO_LONG") throw new RangeError("Invalid string length");
    throw error;
  }
}

/** The same of memory that is the content's alone, on the engine's threads where that takes long. */
function contentOf(engine: Engine, bytes: Buffer, decoding: Decoding): Eventual<Buffer | string> {
  if (!isUtf8(decoding) || bytes.length > constants.MAX_STRING_LENGTH) return decoded(bytes, decoding);
  const text = engine.decode(bytes);
  if (typeof text === "string") return text;
  // An engine that has ended takes nothing in, but what was taken in is gone.
  if (typeof text === "number") return decoded(bytes, decoding);
  return text.then((made) => {
    if (typeof made === "number") throw systemError(made, "read");
    return made;
  });
}

const joined = (pieces: readonly Buffer[], total: number): Buffer => {
  // Not Buffer.concat: what the user receives shares its memory with nobody.
  const whole = Buffer.allocUnsafeSlow(total);
  let end = 0;
  for (const piece of pieces) end += piece.copy(whole, end);
  return whole;
};

/** Since 26, Node names the file in the error when it was given by its path. */
export const named = (path: Path | undefined): Path | undefined => (nodeMajor >= 26 ? path : undefined);

/**
 * Reads from the cursor to the end.
 * @returns undefined if the file is larger than readFile may read
 */
export async function readToEnd(
  file: Descriptor,
  { decoding, signal, target }: ReadFileRequest,
  path?: Path,
): Promise<Buffer | string | undefined> {
  if (signal !== undefined) await rejectIfAborted(signal);
  const pending = file.engine.fstat(file.fd);
  const fields = pending instanceof Promise ? await pending : pending;
  if (typeof fields === "number") throw systemError(fields, "fstat", named(path));
  const size = isRegular(fields) ? sizeOf(fields) : 0;
  if (size > maxFileSize) return undefined;
  if (target !== undefined) return decoded(await readInto(file, target, size, signal), decoding);

  if (size > 0) {
    const whole = memoryFor(file, size);
    // Opened for this alone, its cursor stands at the start, and nobody asks where it stands afterwards. What the kernel
    // makes up while it is read may know no other place.
    const fromStart = path !== undefined && (file.traits & traitBits.REGULAR) !== 0;
    const end = fromStart ? await readFromStart(file, whole, signal, named(path)) : await readFromCursor(file, whole, signal, named(path));
    return contentOf(file.engine, end === size ? whole : whole.subarray(0, end), decoding);
  }

  const pieces: Buffer[] = [];
  for (let total = 0; ; ) {
    throwIfAborted(signal);
    const piece = Buffer.allocUnsafeSlow(unknownSizePiece);
    const reading = file.readUnlessAborted(piece, 0, unknownSizePiece, signal);
    const count = typeof reading === "number" ? reading : await reading;
    throwIfAborted(signal);
    if (count < 0) throw systemError(count, "read", named(path));
    if (count === 0) return contentOf(file.engine, joined(pieces, total), decoding);
    pieces.push(piece.subarray(0, count));
    total += count;
  }
}
