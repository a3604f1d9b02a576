/** What every function does that gives a path back in the encoding it is asked for. */

import { attemptEach } from "./attempt";
import type { Add, Fs } from "./scenario";

export interface EncodingTaker {
  /** Sets the scene so that the answer holds the name. */
  readonly prepare: (folder: string, name: string | Buffer) => void;
  /** What it gives must not depend on the folder. */
  readonly call: (fs: Fs, folder: string, options: unknown, name: string | Buffer) => Promise<unknown>;
}

const encodings = ["utf8", "utf-8", "UTF-8", "Utf8", "ucs2", "utf16le", "latin1", "binary", "ascii", "hex", "HEX", "base64", "base64url", "buffer", "Buffer"];

const names: readonly (readonly [string, string | Buffer])[] = [
  ["ASCII", "plain"],
  ["beyond ASCII", "füß-日本-🦉"],
  ["bytes that are no UTF-8", Buffer.from([0x66, 0xff, 0xfe, 0x80])],
];

export function addEncodingScenarios(add: Add, { prepare, call }: EncodingTaker): void {
  for (const [label, name] of names) {
    add(`gives ${label} in every encoding`, [20, 54], async (fs, folder) => {
      prepare(folder, name);
      return {
        asText: await attemptEach(encodings.map((encoding) => [encoding, encoding] as const), (encoding) => call(fs, folder, encoding, name)),
        asProperty: await attemptEach(encodings.map((encoding) => [encoding, { encoding }] as const), (options) => call(fs, folder, options, name)),
        byDefault: await attemptEach([["nothing", undefined]], (options) => call(fs, folder, options, name)),
      };
    });
  }
}

/** How a path is given back: whether as text, and whether it is what the bytes are in that encoding. */
export function judgeName(given: unknown, bytes: Buffer, options: unknown): unknown {
  const asked = typeof options === "string" ? options : (options as { encoding?: unknown } | null | undefined)?.encoding;
  const encoding = typeof asked === "string" && Buffer.isEncoding(asked) ? asked : "utf8";
  if (Buffer.isBuffer(given)) return { kind: "Buffer", right: given.equals(bytes), whole: given.byteOffset === 0 && given.buffer.byteLength === given.length };
  return { kind: typeof given, right: given === bytes.toString(encoding) };
}
