/** All of the data, written to an open descriptor: what writeFile and appendFile share with the methods of the handle. */

import { systemError } from "../errors";
import { rejectIfAborted, throwIfAborted } from "./abort";
import { isDetached, isQuiet, modeOf, optionsOf, type Signal } from "./arguments";
import type { Descriptor } from "./descriptor";
import { encoded, type Encoded, type WarmEngine } from "./warm-memory";

type Chunks = Iterable<unknown> | AsyncIterable<unknown>;

export interface WriteFileRequest {
  readonly data: ArrayBufferView | Chunks;
  /** Of a text, what it was encoded into. */
  readonly lent: Encoded | undefined;
  readonly encoding: BufferEncoding;
  /** As it was given; a handle has been opened already. */
  readonly flag: unknown;
  readonly mode: number;
  readonly flush: boolean;
  readonly signal: Signal | undefined;
}

const isIterable = (data: unknown): data is Chunks => {
  if (data === undefined || data === null) return false;
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = data as Partial<
    AsyncIterable<unknown> & Iterable<unknown>
  >;
  return typeof later === "function" || typeof now === "function";
};

const dataOf = (data: unknown): ArrayBufferView | Chunks | undefined => {
  // Node says so once the file is open.
  if (ArrayBuffer.isView(data)) return isDetached(data) ? undefined : data;
  return isIterable(data) ? data : undefined;
};

export const writeFileRequestOf = (engine: () => WarmEngine, data: unknown, options: unknown): WriteFileRequest | undefined => {
  const given = optionsOf(options);
  if (given === undefined) return undefined;
  const { encoding: wanted, flag, mode: givenMode, flush: wantedFlush, signal } = given;
  const encoding = wanted === undefined || wanted === null || wanted === "" ? "utf8" : wanted;
  if (typeof encoding !== "string" || !Buffer.isEncoding(encoding) || !isQuiet(signal)) return undefined;
  const flush = wantedFlush ?? false;
  const mode = modeOf(givenMode, 0o666);
  if (typeof flush !== "boolean" || mode === undefined) return undefined;
  const lent = typeof data === "string" ? encoded(engine(), data, encoding) : undefined;
  const content = lent?.bytes ?? dataOf(data);
  return content && { data: content, lent, encoding, flag, mode, flush, signal };
};

/** Node never writes more at once; so small appends of several processes do not mix. */
export const slice = 512 * 1024;

async function writeView(file: Descriptor, view: ArrayBufferView, signal: Signal | undefined): Promise<void> {
  // The bytes as they are now: a view that grows or is replaced while it is written is another one.
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let begin = 0;
  while (begin < bytes.byteLength) {
    throwIfAborted(signal);
    const writing = file.write(bytes, begin, Math.min(bytes.byteLength - begin, slice), -1);
    const count = typeof writing === "number" ? writing : await writing;
    if (count < 0) throw systemError(count, "write");
    begin += count;
  }
}

/** Writes everything at the cursor. */
export async function writeAll(file: Descriptor, { data, encoding, signal }: WriteFileRequest): Promise<void> {
  if (signal !== undefined) await rejectIfAborted(signal);
  if (ArrayBuffer.isView(data)) return writeView(file, data, signal);
  for await (const item of data) {
    throwIfAborted(signal);
    // Buffer.from says what is wrong with an item, in the words that Node's writeFile has for it.
    await writeView(file, ArrayBuffer.isView(item) ? item : Buffer.from(item as string, encoding), signal);
    throwIfAborted(signal);
  }
}
