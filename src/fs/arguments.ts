/**
 * The common shape of arguments. Each function gives undefined for what is not of it: the caller then hands the
 * arguments to the oracle, which refuses them in Node's own words (or knows better).
 */

import { fileURLToPath } from "node:url";
import { types } from "node:util";
import type { Path, TextEncoding } from "../backends/engine";
import { nodeFs } from "../backends/node-fs";

const { constants } = nodeFs;

const withoutNul = (path: string): string | undefined => (path.includes("\0") ? undefined : path);

const fromUrl = (url: URL): string | undefined => {
  try {
    return withoutNul(fileURLToPath(url));
  } catch {
    return undefined;
  }
};

/** Whether its memory went elsewhere, where nobody can look at it. */
export const isDetached = (view: ArrayBufferView): boolean => {
  if (view.byteLength > 0) return false;
  try {
    new Uint8Array(view.buffer);
    return false;
  } catch {
    return true;
  }
};

/** A path as the engine takes it. Bytes are copied: what becomes of the caller's after the call has no effect. */
export const pathOf = (path: unknown): Path | undefined => {
  if (typeof path === "string") return withoutNul(path);
  if (types.isUint8Array(path)) return isDetached(path) || path.includes(0) ? undefined : Buffer.from(path);
  if (path instanceof URL) return fromUrl(path);
  return undefined;
};

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = constants;
/** Windows has none. */
const O_SYNC: number = constants.O_SYNC ?? 0;

const write = O_TRUNC | O_CREAT;
const append = O_APPEND | O_CREAT;

/** The table in Node's documentation ("File system flags"), with the spellings that are only in its code. */
const flagTable: ReadonlyMap<string, number> = new Map([
  ["r", O_RDONLY],
  ["rs", O_RDONLY | O_SYNC],
  ["sr", O_RDONLY | O_SYNC],
  ["r+", O_RDWR],
  ["rs+", O_RDWR | O_SYNC],
  ["sr+", O_RDWR | O_SYNC],
  ["w", write | O_WRONLY],
  ["wx", write | O_WRONLY | O_EXCL],
  ["xw", write | O_WRONLY | O_EXCL],
  ["w+", write | O_RDWR],
  ["wx+", write | O_RDWR | O_EXCL],
  ["xw+", write | O_RDWR | O_EXCL],
  ["a", append | O_WRONLY],
  ["ax", append | O_WRONLY | O_EXCL],
  ["xa", append | O_WRONLY | O_EXCL],
  ["as", append | O_WRONLY | O_SYNC],
  ["sa", append | O_WRONLY | O_SYNC],
  ["a+", append | O_RDWR],
  ["ax+", append | O_RDWR | O_EXCL],
  ["xa+", append | O_RDWR | O_EXCL],
  ["as+", append | O_RDWR | O_SYNC],
  ["sa+", append | O_RDWR | O_SYNC],
]);

const isInt32 = (value: number): boolean => (value | 0) === value;
const isUint32 = (value: number): boolean => value >>> 0 === value;

export const flagsOf = (flags: unknown): number | undefined => {
  if (typeof flags === "string") return flagTable.get(flags);
  if (flags === undefined || flags === null) return O_RDONLY;
  return typeof flags === "number" && isInt32(flags) ? flags | 0 : undefined;
};

const octal = /^[0-7]+$/;

/** All that the system looks at of a mode. */
const modeBits = 0o7777;

/**
 * Node's C++ takes signed numbers of 32 bits, and ends the process for others: for −0, and for modes with the highest bit.
 *
 * @param fallback what null and undefined stand for
 */
export const modeOf = (mode: unknown, fallback: number): number | undefined => {
  if (mode === undefined || mode === null) return fallback;
  const value = typeof mode === "string" && octal.test(mode) ? Number.parseInt(mode, 8) : mode;
  return typeof value === "number" && isUint32(value) ? value & modeBits : undefined;
};

/** How bytes become what the user receives. */
export type Decoding = "bytes" | BufferEncoding;

/** Nothing, null and "" ask for bytes. "buffer" is no encoding here: where it is allowed, the function says so. */
export const decodingOf = (encoding: unknown): Decoding | undefined => {
  if (encoding === undefined || encoding === null || encoding === "") return "bytes";
  return typeof encoding === "string" && Buffer.isEncoding(encoding) ? encoding : undefined;
};

export const isUtf8 = (decoding: Decoding): boolean =>
  decoding === "utf8" || (decoding !== "bytes" && /^utf-?8$/i.test(decoding));

/** Of what an engine decodes by itself. */
export const textEncodingOf = (decoding: Decoding): TextEncoding | undefined => {
  if (isUtf8(decoding)) return "utf8";
  return decoding === "latin1" || decoding === "binary" ? "latin1" : undefined;
};

/** What a function's `options` argument says, seen as Node sees it: a string is the encoding, a function is nothing. */
export type Options = Readonly<Record<string, unknown>>;

const noOptions: Options = Object.freeze({});

export const optionsOf = (options: unknown): Options | undefined => {
  if (options === undefined || options === null || typeof options === "function") return noOptions;
  if (typeof options === "string") return { encoding: options };
  return typeof options === "object" ? (options as Options) : undefined;
};

/** Anything with an `aborted` is a signal to Node; nobody listens on it, it is looked at between the steps. */
export interface Signal {
  readonly aborted: boolean;
}

/** An unaborted signal or none. One that is aborted already is out of the common shape: the oracle rejects. */
export const isQuiet = (signal: unknown): signal is Signal | undefined => {
  if (signal === undefined) return true;
  return typeof signal === "object" && signal !== null && "aborted" in signal && !signal.aborted;
};

/** Whether fs.Stats should be made of bigints; undefined for options that only newer Nodes know. */
export const bigintOf = (options: unknown): boolean | undefined => {
  if (options === undefined) return false;
  if (typeof options !== "object" || options === null || Array.isArray(options)) return undefined;
  const { bigint, throwIfNoEntry, signal } = options as Options;
  if (signal !== undefined || (throwIfNoEntry !== undefined && throwIfNoEntry !== true)) return undefined;
  return bigint === true;
};

/** Whether it is a position other than the cursor. */
export const isPlace = (position: unknown): position is number => Number.isSafeInteger(position) && (position as number) >= 0;

/** Where to read or write: nothing, null and −1 mean the cursor. */
export const isPosition = (position: unknown): position is number | null | undefined =>
  position === undefined || position === null || (Number.isSafeInteger(position) && (position as number) >= -1);
