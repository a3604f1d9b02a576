/** The arguments of FileHandle.read in each of its call forms. */

import { inspect } from "node:util";
import { isPosition } from "./arguments";
import { nodeMajor } from "./oracle";

/** Whether that many bytes from there on lie within the buffer. */
export const isReadSpan = (buffer: unknown, offset: unknown, length: unknown): boolean =>
  ArrayBuffer.isView(buffer) &&
  typeof offset === "number" &&
  typeof length === "number" &&
  Number.isSafeInteger(offset) &&
  Number.isSafeInteger(length) &&
  offset >= 0 &&
  length > 0 &&
  offset + length <= buffer.byteLength;

export interface ReadSpan {
  readonly forOracle?: undefined;
  readonly buffer: ArrayBufferView;
  readonly offset: number;
  readonly length: number;
  readonly position: number;
}

interface ReadForOracle {
  readonly forOracle: readonly unknown[];
}

type Fields = Readonly<Record<"buffer" | "offset" | "length" | "position", unknown>>;

const defaultSize = 16384;

const sizeOf = (buffer: unknown): number => (buffer as ArrayBufferView).byteLength;

/** Node up to 25 ends the process when the length is no integer; 26 makes one of it. */
const lengthKills = (length: unknown): boolean =>
  nodeMajor < 26 && length !== undefined && length !== null && !Number.isInteger(length);

const badLength = (length: unknown): Error => {
  if (typeof length === "number") {
    const error = new RangeError(`The value of "length" is out of range. It must be an integer. Received ${length}`);
    return Object.assign(error, { code: "ERR_OUT_OF_RANGE" });
  }
  const received = `type ${typeof length} (${inspect(length, { depth: -1 })})`;
  const error = new TypeError(`The "length" argument must be of type number. Received ${received}`);
  return Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
};

const spanOf = ({ buffer, offset: givenOffset, length: givenLength, position }: Fields): ReadSpan | undefined => {
  const offset = givenOffset ?? 0;
  if (!ArrayBuffer.isView(buffer) || typeof offset !== "number" || !Number.isSafeInteger(offset) || offset < 0)
    return undefined;
  if (lengthKills(givenLength) && buffer.byteLength > 0) throw badLength(givenLength);
  const length = givenLength ?? buffer.byteLength - offset;
  if (!isPosition(position)) return undefined;
  if (length !== 0 && !isReadSpan(buffer, offset, length)) return undefined;
  // Node up to 25 gives a length of −0 back as it is.
  return { buffer, offset, length: nodeMajor < 26 ? (length as number) : (length as number) + 0, position: position ?? -1 };
};

/** What cannot end the process instead of an error that comes before it. */
const harmless = (length: unknown): unknown => (lengthKills(length) ? 1 : length);

const fieldsOf = (buffer: unknown, options: unknown): Fields => {
  const given = (options ?? {}) as Partial<Fields>;
  const { offset = 0, length = sizeOf(buffer) - (offset as number), position = null } = given;
  return { buffer, offset, length, position };
};

/** Each once, and in Node's order: they may be getters. */
const readOnce = (options: Partial<Fields> | null | undefined): Partial<Fields> => {
  const { buffer, offset, length, position } = options ?? {};
  return { buffer, offset, length, position };
};

/** @returns where to read to and from, or the arguments to call Node's own read with, which will refuse them */
export function readRequestOf(
  buffer: unknown,
  offset: unknown,
  length: unknown,
  position: unknown,
): ReadSpan | ReadForOracle {
  if (ArrayBuffer.isView(buffer)) {
    if (offset !== null && typeof offset === "object") {
      const fields = fieldsOf(buffer, offset);
      return spanOf(fields) ?? { forOracle: [buffer, { ...fields, length: harmless(fields.length) }] };
    }
    return spanOf({ buffer, offset, length, position }) ?? { forOracle: [buffer, offset, harmless(length), position] };
  }
  if (buffer !== undefined && (typeof buffer !== "object" || Array.isArray(buffer))) return { forOracle: [buffer] };
  const { buffer: given = Buffer.alloc(defaultSize), ...options } = readOnce(buffer);
  if (!ArrayBuffer.isView(given)) return { forOracle: [{ buffer: given, ...options }] };
  const fields = fieldsOf(given, options);
  const span = spanOf(fields);
  return span ?? { forOracle: [{ ...fields, length: harmless(fields.length) }] };
}
