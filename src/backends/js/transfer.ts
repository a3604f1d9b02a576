/** Reads and writes over a node:fs-shaped module. */

import type { Result } from "../engine";
import { EBADF, EFBIG } from "../errno";
import type { FileSystemShape } from "../file-system-shape";
import { ask } from "./steps";

/** One transfer moves at most this many bytes (MAX_RW_COUNT in the kernel's fs.h). */
const transferLimit = 0x7ffff000;

const cursor = -1;

const maxDescriptor = 0x7fffffff;

/** node:fs throws about such numbers where the kernel says EBADF. */
export const impossible = (fd: number): boolean => !(fd >= 0 && fd <= maxDescriptor);

/** The same memory as bytes: modules differ in how they count the elements of wider views. A detached view has none. */
export const span = (view: ArrayBufferView, offset = 0, length = view.byteLength - offset): Buffer =>
  view.byteLength === 0 ? Buffer.alloc(0) : Buffer.from(view.buffer, view.byteOffset + offset, length);

export function readOnce(fs: FileSystemShape, fd: number, bytes: Buffer, position: number): Promise<Result> {
  if (impossible(fd)) return Promise.resolve(EBADF);
  const from = position === cursor ? null : Number.isSafeInteger(position) ? position : BigInt(position);
  return ask<number>((done) => fs.read(fd, bytes, 0, Math.min(bytes.length, transferLimit), from, done), 0);
}

export function writeOnce(fs: FileSystemShape, fd: number, bytes: Buffer, position: number): Promise<Result> {
  if (impossible(fd)) return Promise.resolve(EBADF);
  // node:fs would take a position that it cannot hold for "at the cursor".
  if (!Number.isSafeInteger(position)) return Promise.resolve(EFBIG);
  const at = position === cursor ? null : position;
  return ask<number>((done) => fs.write(fd, bytes, 0, Math.min(bytes.length, transferLimit), at, done), 0);
}

/**
 * All of the span, or up to the end of the file. At the cursor a short read is the answer, since more may never come
 * (a pipe); only a transfer cut at the limit of one call goes on. An error after some bytes is left to the next call.
 */
export async function readAll(fs: FileSystemShape, fd: number, bytes: Buffer, position: number): Promise<Result> {
  let done = 0;
  do {
    const asked = Math.min(bytes.length - done, transferLimit);
    const count = await readOnce(fs, fd, bytes.subarray(done), position === cursor ? cursor : position + done);
    if (count < 0) return done > 0 ? done : count;
    done += count;
    if (count === 0 || (position === cursor && count < asked)) break;
  } while (done < bytes.length);
  return done;
}

export async function writeAll(fs: FileSystemShape, fd: number, bytes: Buffer, position: number): Promise<Result> {
  let done = 0;
  do {
    const count = await writeOnce(fs, fd, bytes.subarray(done), position === cursor ? cursor : position + done);
    if (count < 0) return done > 0 ? done : count;
    done += count;
    if (count === 0) break;
  } while (done < bytes.length);
  return done;
}
