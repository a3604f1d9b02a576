/**
 * Any value → plain JSON that says everything a caller could see of it: class, own keys in order, hidden ones too,
 * prototypes, an error's fields. The scenario's folder is written as <folder>; nothing else is taken away here but
 * what `reduceStats` names.
 */

import { createHash } from "node:crypto";
import { Dirent } from "node:fs";
import { isStats, reduceStats } from "./stats";

export type Observed = null | boolean | number | string | Observed[] | { [key: string]: Observed };

const deepest = 12;
const longestBytes = 512;
const longestText = 16_384;

export function observe(value: unknown, folder: string): Observed {
  const text = (raw: string): string => raw.replaceAll(folder, "<folder>");

  const shortened = (whole: string): string =>
    // UTF-16, so that lone surrogates stay what they are.
    whole.length > longestText ? `${whole.length} characters, sha256 ${createHash("sha256").update(whole, "utf16le").digest("hex")}` : whole;

  const key = (owner: object, name: string | symbol): string => {
    const shown = typeof name === "symbol" ? `Symbol(${name.description})` : name;
    return Object.getOwnPropertyDescriptor(owner, name)?.enumerable ? shown : `${shown} (hidden)`;
  };

  const bytes = (view: ArrayBufferView): Observed => {
    // A detached one cannot even be looked at.
    if (view.byteLength === 0) return "";
    const raw = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
    if (raw.length > longestBytes) return `${raw.length} bytes, sha256 ${createHash("sha256").update(raw).digest("hex")}`;
    const latin = text(raw.toString("latin1"));
    return /^[\x20-\x7e\n]*$/.test(latin) ? latin : Buffer.from(latin, "latin1").toString("hex");
  };

  const error = (failure: Error, depth: number): Observed => {
    const fields: { [key: string]: Observed } = {};
    for (const name of Reflect.ownKeys(failure)) {
      if (name === "stack" || name === "message") continue;
      fields[String(name)] = see(Object.getOwnPropertyDescriptor(failure, name)?.value, depth + 1);
    }
    const stack = typeof failure.stack === "string" ? failure.stack.split("\n    at ")[0] ?? "" : String(failure.stack);
    return {
      error: failure.constructor?.name,
      name: failure.name,
      message: text(failure.message),
      keys: Reflect.ownKeys(failure).map((name) => key(failure, name)),
      fields,
      stackHead: text(stack),
      text: text(String(failure)),
    };
  };

  const object = (thing: object, depth: number): Observed => {
    const prototype = Object.getPrototypeOf(thing) as object | null;
    const fields: { [key: string]: Observed } = {};
    for (const name of Reflect.ownKeys(thing)) fields[key(thing, name)] = see((thing as Record<string | symbol, unknown>)[name], depth + 1);
    const shape = prototype === null ? "null prototype" : prototype === Object.prototype ? undefined : `class ${prototype.constructor?.name}`;
    // The order of own keys is part of what is seen; JSON comparison alone would lose it.
    return { ...(shape === undefined ? {} : { is: shape }), keys: Object.keys(fields), fields };
  };

  const dirent = (entry: Dirent<string> | Dirent<Buffer>): Observed => ({
    is: `class ${entry.constructor.name}`,
    keys: Reflect.ownKeys(entry).filter((name) => typeof name === "string"),
    name: see(entry.name, 0),
    path: see((entry as { path?: unknown }).path, 0),
    parentPath: see((entry as { parentPath?: unknown }).parentPath, 0),
    type: [
      entry.isFile() && "file",
      entry.isDirectory() && "directory",
      entry.isSymbolicLink() && "link",
      entry.isFIFO() && "fifo",
      entry.isSocket() && "socket",
    ].filter((kind) => kind !== false),
  });

  const handle = (opened: object & { fd?: unknown }): Observed => ({
    is: "class FileHandle",
    keys: Object.keys(opened),
    open: typeof opened.fd === "number" ? opened.fd >= 0 : typeof opened.fd,
  });

  const see = (seen: unknown, depth = 0): Observed => {
    if (depth > deepest) return "…";
    switch (typeof seen) {
      case "string":
        return shortened(text(seen));
      case "boolean":
        return seen;
      case "number":
        return Number.isFinite(seen) && !Object.is(seen, -0) ? seen : { number: Object.is(seen, -0) ? "-0" : String(seen) };
      case "undefined":
        return { undefined: true };
      case "bigint":
        return { bigint: String(seen) };
      case "symbol":
        return { symbol: String(seen.description) };
      case "function":
        return { function: seen.name, length: seen.length, class: seen.constructor.name };
    }
    if (seen === null || seen === undefined) return null;
    if (Array.isArray(seen)) return seen.map((item) => see(item, depth + 1));
    if (seen instanceof DOMException) return { class: "DOMException", name: seen.name, message: text(seen.message), code: seen.code };
    if (seen instanceof Error) return error(seen, depth);
    if (ArrayBuffer.isView(seen)) return { class: seen.constructor.name, length: seen.byteLength, bytes: bytes(seen) };
    if (seen instanceof ArrayBuffer || seen instanceof SharedArrayBuffer) return { class: seen.constructor.name, length: seen.byteLength };
    if (seen instanceof Date) return { date: String(seen.getTime()) };
    if (seen instanceof Promise) return { class: "Promise" };
    if (seen instanceof Dirent) return dirent(seen as Dirent<string>);
    if (isStats(seen)) return see(reduceStats(seen), depth);
    if (seen.constructor?.name === "FileHandle") return handle(seen);
    return object(seen, depth);
  };

  return see(value);
}
