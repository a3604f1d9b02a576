/** How a path that was found or made is given back: as text, or as its bytes. */

import type { Name } from "../backends/engine";
import { decodingOf, isQuiet, isUtf8, optionsOf, type Decoding } from "./arguments";

export type NameEncoding = Exclude<Decoding, "bytes"> | "buffer";

export const nameEncodingOf = (options: unknown): NameEncoding | undefined => {
  const given = optionsOf(options);
  if (given === undefined || !isQuiet(given["signal"])) return undefined;
  const { encoding } = given;
  if (encoding === "buffer") return encoding;
  const decoding = decodingOf(encoding);
  return decoding === "bytes" ? "utf8" : decoding;
};

/** Whether the engine has to give the bytes: text is decoded there only as UTF-8. */
export const wantsBytes = (encoding: NameEncoding): boolean => encoding === "buffer" || !isUtf8(encoding);

export const encoded = (name: Name, encoding: NameEncoding): Name =>
  typeof name === "string" || encoding === "buffer" ? name : name.toString(encoding);
