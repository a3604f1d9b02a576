/** Operations of several steps over a node:fs-shaped module. */

import { isUtf8 } from "node:buffer";
import { withClose } from "../../errors";
import { traits, type Name, type OpenFile, type Path, type PathFailure, type Result, type TextEncoding } from "../engine";
import type { Failure, FileSystemShape, ShapeDirent, ShapeStats } from "../file-system-shape";
import { having } from "./lacking";
import { ask, ask0, atStep, resultOf } from "./steps";
import { readAll, span, writeAll } from "./transfer";

/** Files up to this size are read whole; larger ones are opened for the caller, who can stop in between. */
const smallFile = 512 * 1024;

const fileTypeMask = 0o170000n;
const regularFile = 0o100000n;
const directory = 0o040000n;

/**
 * Bytes are copied: the caller may change them while the operation waits. A lone surrogate is no name on any disk; node:fs
 * writes U+FFFD in its place, and a module that does not would list what nobody can open.
 */
export const shapePath = (path: Path): string | Buffer => (typeof path === "string" ? path.toWellFormed() : Buffer.from(path));

const fileType = (stats: ShapeStats): bigint => BigInt(stats.mode) & fileTypeMask;

const open = (fs: FileSystemShape, path: Path, flags: number, mode: number): Promise<Result> =>
  ask<number>((done) => fs.open(shapePath(path), flags, mode, done), 0);

const close = (fs: FileSystemShape, fd: number): Promise<Result> => ask0((done) => fs.close(fd, done));

export async function readFile(
  fs: FileSystemShape, path: Path, flags: number, encoding: TextEncoding | undefined,
): Promise<Result | Buffer | string | OpenFile> {
  const fd = await open(fs, path, flags, 0o666);
  if (fd < 0) return atStep("open", fd);
  const stats = await ask<ShapeStats | Result>((done) => fs.fstat(fd, { bigint: true }, done), 0);
  if (typeof stats === "number") {
    await close(fs, fd);
    return atStep("fstat", stats);
  }
  const size = Number(stats.size);
  // Size 0 is also what /proc says about files that have something to tell.
  if (fileType(stats) !== regularFile || size === 0 || size > smallFile) return { fd, traits: traits.UNKNOWN };
  const bytes = Buffer.allocUnsafeSlow(size);
  const count = await readAll(fs, fd, bytes, -1);
  const closed = await close(fs, fd);
  if (count < 0) return atStep("read", count);
  if (closed < 0) return atStep("close", closed);
  if (encoding !== undefined) return bytes.toString(encoding, 0, count);
  // A file that shrank meanwhile: what was not read must not be reachable through `.buffer`.
  return count === size ? bytes : Buffer.from(bytes.buffer.slice(0, count));
}

export async function writeFile(
  fs: FileSystemShape, path: Path, bytes: Buffer, flags: number, mode: number, flush: boolean,
): Promise<Result> {
  const fd = await open(fs, path, flags, mode);
  if (fd < 0) return atStep("open", fd);
  let failure = 0;
  for (let done = 0; done < bytes.length && failure === 0; ) {
    const count = await writeAll(fs, fd, bytes.subarray(done), -1);
    if (count < 0) failure = atStep("write", count);
    done += count;
  }
  if (flush && failure === 0) {
    const flushed = await ask0((done) => fs.fsync(fd, done));
    if (flushed < 0) failure = atStep("fsync", flushed);
  }
  const closed = await close(fs, fd);
  if (failure !== 0) return withClose(failure, closed);
  return closed < 0 ? atStep("close", closed) : 0;
}

const failureAt = (error: NonNullable<Failure>, path: Path): PathFailure => ({
  result: resultOf(error),
  path: error.path ?? (typeof path === "string" ? path : span(path).toString()),
});

/** mkdir -p: the first directory made, or 0 when all were there. */
export function makePath(fs: FileSystemShape, path: Path, mode: number): Promise<Result | string | PathFailure> {
  return new Promise((resolve) => {
    const settle = (error: Failure, made?: string): void => resolve(error ? failureAt(error, path) : (made ?? 0));
    try {
      fs.mkdir(shapePath(path), { mode, recursive: true }, settle);
    } catch (error) {
      resolve(resultOf(error));
    }
  });
}

/** Bytes that share their memory with nobody. */
function owned(name: Name): Buffer {
  const bytes = Buffer.from(name);
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
}

/** Some modules give text whatever they are asked for. */
export const nameAs = (name: Name, asBuffer: boolean): Name => (asBuffer ? owned(name) : name.toString());

/** @param template ends in XXXXXX */
export function makeTemporary(fs: FileSystemShape, template: string | Buffer, asBuffer: boolean): Promise<Result | Name | PathFailure> {
  // Some modules know no other prefix than text.
  const bytes = template.slice(0, -"XXXXXX".length);
  const prefix = typeof bytes !== "string" && isUtf8(bytes) ? bytes.toString() : bytes;
  return new Promise((resolve) => {
    try {
      having(fs, "mkdtemp").mkdtemp(prefix, { encoding: "buffer" }, (error, made) =>
        resolve(error ? failureAt(error, template) : nameAs(made ?? "", asBuffer)),
      );
    } catch (error) {
      resolve(resultOf(error));
    }
  });
}

export function removeTree(fs: FileSystemShape, path: Path): Promise<Result | PathFailure> {
  return new Promise((resolve) => {
    const settle = (error: Failure): void => {
      resolve(error ? failureAt(error, path) : 0);
    };
    // lstat first: fs.rm has an error class of its own where the tree is missing, and modules differ in it.
    void ask<ShapeStats | Result>((done) => fs.lstat(shapePath(path), { bigint: true }, done), 0).then((stats) => {
      if (typeof stats === "number") return settle({ errno: stats });
      if (fileType(stats) !== directory) return fs.unlink(shapePath(path), settle);
      fs.rm(shapePath(path), { recursive: true }, settle);
    }).catch(settle);
  });
}

/** UV_DIRENT_* of an entry. */
export function direntType(entry: ShapeDirent): number {
  if (entry.isFile()) return 1;
  if (entry.isDirectory()) return 2;
  if (entry.isSymbolicLink()) return 3;
  if (entry.isFIFO()) return 4;
  if (entry.isSocket()) return 5;
  if (entry.isCharacterDevice()) return 6;
  if (entry.isBlockDevice()) return 7;
  return 0;
}
