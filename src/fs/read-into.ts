/** readFile into memory of the caller's: option `buffer` of newer Nodes. */

import { systemError } from "../errors";
import { throwIfAborted } from "./abort";
import type { Signal } from "./arguments";
import type { Descriptor } from "./descriptor";
import { oracle } from "./oracle";

/** Memory, or who gives some when the file's size is known (0 where it is not). */
export type Target = ArrayBufferView | ((size: number) => unknown);

export const isTarget = (buffer: unknown): buffer is Target => typeof buffer === "function" || ArrayBuffer.isView(buffer);

/** Node's own error for a target that cannot take this very file. */
async function refusal(buffer: Target): Promise<Error> {
  try {
    await oracle.readFile(__filename, { buffer });
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("the running Node reads a file into no memory");
}

async function tooSmall(target: Target, complaint: string, length: number): Promise<Error> {
  const nothing = Buffer.alloc(0);
  const error = await refusal(typeof target === "function" ? () => nothing : nothing);
  const said = error.message;
  error.message = said.replace(/is smaller than .*$/, `${complaint}. Received ${length}`);
  error.stack = String(error.stack).replace(said, error.message);
  return error;
}

async function memoryOf(target: Target, size: number): Promise<Buffer> {
  const given = typeof target === "function" ? target(size) : target;
  if (!ArrayBuffer.isView(given)) throw await refusal(() => given);
  if (size > given.byteLength) throw await tooSmall(target, `is smaller than the file size of ${size} bytes`, given.byteLength);
  return Buffer.isBuffer(given) ? given : Buffer.from(given.buffer, given.byteOffset, given.byteLength);
}

/** What is read at once of a file of known size, as in Node. */
const piece = 512 * 1024;

/**
 * Reads from the cursor to the end, or to `size`.
 * @param size in bytes, 0 for unknown
 */
export async function readInto(file: Descriptor, target: Target, size: number, signal: Signal | undefined): Promise<Buffer> {
  const memory = await memoryOf(target, size);
  const read = async (into: Buffer, offset: number, length: number): Promise<number> => {
    throwIfAborted(signal);
    const count = await file.read(into, offset, length, -1);
    if (count < 0) throw systemError(count, "read");
    return count;
  };

  let total = 0;
  while (total < memory.byteLength) {
    const count = await read(memory, total, size === 0 ? memory.byteLength - total : Math.min(size - total, piece));
    total += count;
    if (count === 0 || total === size) return memory.subarray(0, total);
  }
  if (size === 0 && (await read(Buffer.allocUnsafeSlow(1), 0, 1)) !== 0)
    throw await tooSmall(target, "is too small to contain the entire file", memory.byteLength);
  return memory.subarray(0, total);
}
