/** The arguments of FileHandle.write in each of its call forms. */

import { isPosition } from "./arguments";
import { encoded, type Encoded, type WarmEngine } from "./warm-memory";

/** What one write(2) may be asked for by Node's own checks. */
const maxLength = 2 ** 31 - 1;

/** Whether that many bytes from there on lie within the buffer. */
export const isWriteSpan = (buffer: unknown, offset: unknown, length: unknown): boolean =>
  ArrayBuffer.isView(buffer) &&
  typeof offset === "number" &&
  typeof length === "number" &&
  Number.isSafeInteger(offset) &&
  Number.isSafeInteger(length) &&
  offset >= 0 &&
  length >= 0 &&
  length <= maxLength &&
  offset + length <= buffer.byteLength &&
  buffer.byteLength > 0;

export interface WriteSpan {
  readonly view: ArrayBufferView;
  readonly offset: number;
  readonly length: number;
  readonly position: number;
  /** Of a text, what it was encoded into. */
  readonly lent: Encoded | undefined;
}

interface Options {
  readonly offset?: unknown;
  readonly length?: unknown;
  readonly position?: unknown;
}

const viewSpanOf = (view: ArrayBufferView, { offset, length, position }: Options): WriteSpan | undefined => {
  const begin = offset ?? 0;
  if (typeof begin !== "number") return undefined;
  // A length or position of another type means none, in this method.
  const count = typeof length === "number" ? length : view.byteLength - begin;
  const at = typeof position === "number" ? position : -1;
  if (!isWriteSpan(view, begin, count) || !isPosition(at)) return undefined;
  return { view, offset: begin, length: count, position: at, lent: undefined };
};

/** Names that Node knows not, it takes for utf8; "buffer" it knows, but not as a way to write text. */
const encodingOf = (encoding: unknown): BufferEncoding | undefined => {
  if (encoding === undefined || encoding === null) return "utf8";
  return typeof encoding === "string" && Buffer.isEncoding(encoding) ? encoding : undefined;
};

const textSpanOf = (engine: WarmEngine, text: string, position: unknown, encodingName: unknown): WriteSpan | undefined => {
  const encoding = encodingOf(encodingName);
  if (encoding === undefined || !isPosition(position)) return undefined;
  // Half a byte: Node refuses.
  if (encoding.toLowerCase() === "hex" && text.length % 2 !== 0) return undefined;
  const lent = encoded(engine, text, encoding);
  return { view: lent.bytes, offset: 0, length: lent.bytes.byteLength, position: position ?? -1, lent };
};

/** @returns what to write where, or undefined for what Node's own write should see */
export function writeRequestOf(
  engine: WarmEngine,
  buffer: unknown,
  offset: unknown,
  length: unknown,
  position: unknown,
): WriteSpan | undefined {
  if (typeof buffer === "string") return textSpanOf(engine, buffer, offset, length);
  if (!ArrayBuffer.isView(buffer)) return undefined;
  if (typeof offset === "object" && offset !== null) {
    const { offset: begin = 0, length: count, position: at } = offset as Options;
    return viewSpanOf(buffer, { offset: begin, length: count, position: at });
  }
  // Null stands for no options at all, what follows it included.
  return viewSpanOf(buffer, offset === null ? {} : { offset, length, position });
}
