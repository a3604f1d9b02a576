/** Calls that end the oracle's own process, or never end there, or end now like this and now like that: nothing can be compared with them. */

import { lstatSync, statSync, type PathLike } from "node:fs";
import { isAbsolute } from "node:path";
import { pathIn } from "./bounds";
import { nodeMajor } from "./node-major";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/** Node up to 25 checks in C++ that the length is an integer, and aborts. */
function killsRead(args: readonly unknown[]): boolean {
  if (nodeMajor >= 26) return false;
  const lengths = [args[2], ...args.slice(0, 2).map((value) => (isRecord(value) && !ArrayBuffer.isView(value) ? value["length"] : undefined))];
  return lengths.some((length) => length !== undefined && length !== null && !Number.isInteger(length));
}

/**
 * A size that is none is thrown about in a callback that nobody catches; for what is huge, memory is taken at once.
 * Recursion looks for the encoded names on the disk, and takes no path of bytes; those errors are thrown in a callback, too.
 */
function killsOpendir([path, options]: readonly unknown[]): boolean {
  if (!isRecord(options)) return false;
  const { bufferSize: size, recursive, encoding } = options;
  // One that is there and undefined is none, either.
  if ("bufferSize" in options && !(Number.isInteger(size) && Number(size) > 0 && Number(size) <= 100_000)) return true;
  if (!recursive) return false;
  return ArrayBuffer.isView(path) || (typeof encoding === "string" && encoding !== "" && !/^utf-?8$/i.test(encoding));
}

const valuesIn = (args: readonly unknown[]): unknown[] => args.flatMap((value) => (isRecord(value) && !ArrayBuffer.isView(value) ? Object.values(value) : [value]));

/** Numbers that pass the checks in JavaScript and are no signed integers of 32 bits to C++, which aborts: -0, and modes with the highest bit. */
function killsByNumber(on: string, name: string, args: readonly unknown[]): boolean {
  if (on !== "fs" && name !== "chmod" && name !== "chown") return false;
  const numbers = valuesIn(args).map((value) => (typeof value === "string" && /^[0-7]+$/.test(value) ? Number.parseInt(value, 8) : value));
  return numbers.some((value) => Object.is(value, -0) || (typeof value === "number" && value >= 2 ** 31 && value < 2 ** 32 && !name.includes("chown")));
}

const failure = (look: (path: PathLike) => unknown, path: unknown): string | undefined => {
  try {
    look(path as PathLike);
    return undefined;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
};

/** Node looks at both paths at once, and the first answer that is an error wins. */
function racesInCp([source, destination, options]: readonly unknown[]): boolean {
  const look = isRecord(options) && options["dereference"] ? statSync : lstatSync;
  const ofDestination = failure(look, destination);
  return ofDestination !== undefined && ofDestination !== "ENOENT" && failure(look, source) !== undefined;
}

/** Half a character decodes to nothing: Node up to 25 then looks into the directory itself, again and again. */
function walksInCircles([, options]: readonly unknown[]): boolean {
  if (nodeMajor >= 26 || !isRecord(options)) return false;
  const { recursive, encoding } = options;
  return Boolean(recursive) && typeof encoding === "string" && /^(ucs-?2|utf-?16le)$/i.test(encoding);
}

/** In a working directory that has been removed nothing can be made, and Node goes on for ever to make the parents first. */
function neverEnds(name: string, [first, second]: readonly unknown[]): boolean {
  const made = name === "mkdir" && isRecord(second) && second["recursive"] === true ? first : name === "cp" ? second : undefined;
  const path = pathIn(made);
  return path !== undefined && !isAbsolute(path) && statSync(".").nlink === 0;
}

/** @returns why the call is better not made */
export function accident(on: string, name: string, args: readonly unknown[]): string | undefined {
  if (name === "opendir" && killsOpendir(args)) return "it would end the oracle";
  if (on !== "fs" && name === "read" && killsRead(args)) return "it would end the oracle";
  if (killsByNumber(on, name, args)) return "it would end the oracle";
  if (on === "fs" && (neverEnds(name, args) || (name === "readdir" && walksInCircles(args)))) return "it would never end";
  if (name === "cp" && racesInCp(args)) return "the oracle's error is a matter of chance";
  return undefined;
}
