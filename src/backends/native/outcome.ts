/** What crosses the border → what engine.ts promises. One function per kind of answer. */

import type { NativeEntries } from "../../../typings/native";
import type { DirectoryListing, Name, OpenFile, PathFailure, Result } from "../engine";

/** An answer as a record holds it. */
export type Outcome<T> = (result: number, value: unknown) => T;

const traitsShift = 2 ** 32;

export const openFile = (packed: number): OpenFile => {
  const traits = Math.floor(packed / traitsShift);
  return { fd: packed - traits * traitsShift, traits };
};

export const number: Outcome<Result> = (result) => result;

export const opened: Outcome<Result | OpenFile> = (result) => (result < 0 ? result : openFile(result));

export const madeDirectory: Outcome<Result | string | PathFailure> = (result, value) => {
  if (typeof value !== "string") return result;
  return result < 0 ? { result, path: value } : value;
};

export const fileContents: Outcome<Result | Buffer | string | OpenFile> = (result, value) => {
  if (typeof value === "string") return value;
  return value instanceof ArrayBuffer ? Buffer.from(value) : opened(result, value);
};

export const removal: Outcome<Result | PathFailure> = (result, value) =>
  result < 0 ? { result, path: typeof value === "string" ? value : "" } : 0;

/** DT_* of <dirent.h> → UV_DIRENT_* of fs.constants. */
const direntTypes = Uint8Array.from({ length: 16 }, (_, type) => ({ 8: 1, 4: 2, 10: 3, 1: 4, 12: 5, 2: 6, 6: 7 })[type] ?? 0);

function inBrokenContract(what: string): never {
  throw new TypeError(`caio.node answered ${what} out of contract`);
}

export const names: Outcome<Result | DirectoryListing> = (result, value) => {
  if (result < 0) return result;
  return Array.isArray(value) ? { names: value, types: undefined } : inBrokenContract("readdir");
};

export const namesWithTypes: Outcome<Result | DirectoryListing> = (result, value) => {
  if (result < 0) return result;
  if (!Array.isArray(value)) return inBrokenContract("readdir");
  const [found, types] = value as readonly unknown[];
  if (!Array.isArray(found) || !(types instanceof Uint8Array)) return inBrokenContract("readdir");
  return { names: found, types: types.map((type) => direntTypes[type] ?? 0) };
};

/** The same where it was there at once. */
export const entries = (answer: number | NativeEntries): Result | DirectoryListing =>
  typeof answer === "number" ? answer : namesWithTypes(0, answer);

export const name: Outcome<Result | Name> = (result, value) => {
  if (result < 0) return result;
  return typeof value === "string" || Buffer.isBuffer(value) ? value : inBrokenContract("a name");
};

/** Of a failure, the name that was tried. */
export const temporary: Outcome<Result | Name | PathFailure> = (result, value) =>
  result < 0 && typeof value === "string" ? { result, path: value } : name(result, value);
