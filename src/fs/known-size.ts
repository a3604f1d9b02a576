/** The content of a file that says how large it is. */

import type { Path } from "../backends/engine";
import { systemError } from "../errors";
import { throwIfAborted } from "./abort";
import type { Signal } from "./arguments";
import type { Descriptor } from "./descriptor";
import { warmMemory } from "./warm-memory";

/** What is read at once: enough to make the trip cheap, little enough not to hold others up. */
const piece = 1024 * 1024;
/** Copying is bound to one core, and a disk answers many: pieces of a large file are read side by side, so many at a time. */
const sideBySide = 2;
const largeFile = 4 * piece;
/** From here on the addon's memory costs less than the runtime's. */
const longFile = 256 * 1024;

/** Uninitialised memory that the content has for itself. */
export const memoryFor = (file: Descriptor, size: number): Buffer =>
  size < longFile ? Buffer.allocUnsafeSlow(size) : warmMemory(file.engine, size);

/** Fills `into` from `start` up to `end`, or up to the end of the file. @returns where it ended */
async function readSpan(
  file: Descriptor,
  into: Buffer,
  { start, end, atCursor }: { start: number; end: number; atCursor: boolean },
  path: Path | undefined,
): Promise<number> {
  let at = start;
  while (at < end) {
    const reading = file.read(into, at, end - at, atCursor ? -1 : at);
    const count = typeof reading === "number" ? reading : await reading;
    if (count < 0) throw systemError(count, "read", path);
    if (count === 0) break;
    at += count;
  }
  return at;
}

/**
 * @param path named in the error
 * @returns how much there was
 */
export async function readFromCursor(file: Descriptor, whole: Buffer, signal: Signal | undefined, path: Path | undefined): Promise<number> {
  for (let start = 0; start < whole.length; ) {
    throwIfAborted(signal);
    const end = Math.min(start + piece, whole.length);
    const reached = await readSpan(file, whole, { start, end, atCursor: true }, path);
    if (reached < end) return reached;
    start = end;
  }
  return whole.length;
}

/**
 * @param path named in the error
 * @returns how much there was
 */
export async function readFromStart(file: Descriptor, whole: Buffer, signal: Signal | undefined, path: Path | undefined): Promise<number> {
  let next = 0;
  let end = whole.length;
  const readPieces = async (): Promise<void> => {
    while (next < end) {
      throwIfAborted(signal);
      const start = next;
      next = Math.min(start + piece, whole.length);
      const pieceEnd = next;
      const reached = await readSpan(file, whole, { start, end: pieceEnd, atCursor: false }, path);
      // The file has become shorter meanwhile.
      if (reached < pieceEnd) end = Math.min(end, reached);
    }
  };
  const lane = (): Promise<void> =>
    readPieces().catch((error: unknown) => {
      end = 0;
      throw error;
    });
  // All of them, before the file is closed under one of them.
  const outcomes = await Promise.allSettled(Array.from({ length: whole.length < largeFile ? 1 : sideBySide }, lane));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return end;
}
