/** Checks of what callers of AsyncContext and Operation pass: wrong ones throw before anything is submitted. */

import { constants } from "node:buffer";

import { invalidType, invalidValue, outOfRange } from "../argument-errors";
import { cursor } from "./cursor-lines";

/** Where in the file: bytes from its start, or null for the descriptor's own cursor. */
export type Offset = number | bigint | null;

export function checkInteger(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== "number") throw invalidType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
  return value;
}

export function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalidType(name, "of type boolean", value);
  return value;
}

const maxDescriptor = 0x7fffffff;

export const checkDescriptor = (fd: unknown): number => checkInteger("fd", fd, 0, maxDescriptor);

export const checkSize = (nbytes: unknown): number => checkInteger("nbytes", nbytes, 0, constants.MAX_LENGTH);

export const checkPriority = (priority: unknown): number =>
  priority === undefined ? 0 : checkInteger("options.priority", priority, 0, 0xffff);

/** Whether these are a common transfer, at a position: bytes that are there, and numbers as they should be. */
export const isTransfer = (target: unknown, fd: unknown, offset: unknown): boolean =>
  target instanceof Uint8Array &&
  // Nothing of what is detached or out of bounds.
  target.byteLength > 0 &&
  typeof fd === "number" &&
  Number.isInteger(fd) &&
  fd >= 0 &&
  fd <= maxDescriptor &&
  Number.isSafeInteger(offset) &&
  (offset as number) >= 0;

const maxOffset = 2n ** 63n - 1n;

/** The position as the engine takes it. */
export function checkOffset(offset: unknown): number {
  if (offset === null) return cursor;
  if (typeof offset === "bigint") {
    if (offset < 0n || offset > maxOffset) throw outOfRange("offset", `>= 0 && <= ${maxOffset}`, offset);
    const position = Number(offset);
    // Rounding would read or write somewhere else.
    if (BigInt(position) !== offset) throw outOfRange("offset", "exact as a number where it exceeds 2 ** 53", offset);
    return position;
  }
  if (typeof offset !== "number") throw invalidType("offset", "of type number or bigint or null", offset);
  return checkInteger("offset", offset, 0, Number.MAX_SAFE_INTEGER);
}

export function checkObject(name: string, value: unknown): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalidType(name, "of type object", value);
  return value;
}

export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  if (signal instanceof AbortSignal) return signal;
  throw invalidType("options.signal", "an instance of AbortSignal", signal);
}

/** A view whose memory was transferred away looks empty, and no view can be made on its memory. */
export function checkAttached(name: string, view: ArrayBufferView): void {
  try {
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  } catch {
    throw invalidValue(name, "must not be detached or out of bounds", view);
  }
}

export function checkPayload(payload: unknown): ArrayBufferView {
  if (typeof payload === "string") return Buffer.from(payload);
  if (!ArrayBuffer.isView(payload)) throw invalidType("payload", "of type string or an instance of ArrayBufferView", payload);
  return payload;
}
