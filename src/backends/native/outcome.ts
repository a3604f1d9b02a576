/** What crosses the border → what engine.ts promises. One function per kind of answer. */

import { concatenated } from "../concatenated";
import { replacement, type DirectoryListing, type Name, type OpenFile, type PathFailure, type Result } from "../engine";

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

const contents = (value: ArrayBuffer | string): Buffer | string => (typeof value === "string" ? value : Buffer.from(value));

export const fileContents: Outcome<Result | Buffer | string | OpenFile> = (result, value) =>
  typeof value === "string" || value instanceof ArrayBuffer ? contents(value) : opened(result, value);

export const text: Outcome<Result | string> = (result, value) => {
  if (typeof value === "string") return value;
  return result < 0 ? result : inBrokenContract("no text");
};

export const removal: Outcome<Result | PathFailure> = (result, value) =>
  result < 0 ? { result, path: typeof value === "string" ? value : "" } : 0;

function inBrokenContract(what: string): never {
  throw new TypeError(`caio.node answered ${what} out of contract`);
}

/** A listing's names come many to a string: "/" is in none of them. */
class JoinedListing implements DirectoryListing {
  #names: string[] | undefined;

  constructor(
    readonly joined: string,
    readonly types: Uint8Array | undefined,
  ) {}

  get names(): string[] {
    return (this.#names ??= this.joined.split("/"));
  }

  get isText(): boolean {
    return !this.joined.includes(replacement);
  }
}

/** Each a copy, which Buffer's own slice does not make: whoever keeps one name shall not keep them all. */
const cutOut = (bytes: Buffer, lengths: Uint16Array): Buffer[] => {
  const names: Buffer[] = [];
  let end = 0;
  for (const length of lengths) names.push(Uint8Array.prototype.slice.call(bytes, end, (end += length)) as Buffer);
  return names;
};

const apart = (given: readonly unknown[], types: Uint8Array | undefined): DirectoryListing => {
  const [first, lengths] = given;
  if (first === undefined) return { names: [], isText: true, joined: undefined, types };
  if (typeof first !== "string") {
    if (!Buffer.isBuffer(first) || !(lengths instanceof Uint16Array)) return inBrokenContract("readdir");
    return { names: cutOut(first, lengths), isText: false, joined: undefined, types };
  }
  if (given.length === 1) return new JoinedListing(first, types);
  const joined = given as string[];
  return {
    names: concatenated(joined.map((some) => some.split("/"))),
    isText: !joined.some((some) => some.includes(replacement)),
    joined: undefined,
    types,
  };
};

export const names = (answer: unknown): Result | DirectoryListing => {
  if (typeof answer === "number") return answer;
  return Array.isArray(answer) ? apart(answer, undefined) : inBrokenContract("readdir");
};

export const namesWithTypes = (answer: unknown): Result | DirectoryListing => {
  if (typeof answer === "number") return answer;
  if (!Array.isArray(answer)) return inBrokenContract("readdir");
  const [found, types] = answer as readonly unknown[];
  if (!Array.isArray(found) || !(types instanceof Uint8Array)) return inBrokenContract("readdir");
  return apart(found, types);
};

/** The same where they come with a record. */
export const recordedNames: Outcome<Result | DirectoryListing> = (result, value) => names(result < 0 ? result : value);
export const recordedEntries: Outcome<Result | DirectoryListing> = (result, value) => namesWithTypes(result < 0 ? result : value);

export const name: Outcome<Result | Name> = (result, value) => {
  if (result < 0) return result;
  return typeof value === "string" || Buffer.isBuffer(value) ? value : inBrokenContract("a name");
};

/** Of a failure, the name that was tried. */
export const temporary: Outcome<Result | Name | PathFailure> = (result, value) =>
  result < 0 && typeof value === "string" ? { result, path: value } : name(result, value);
