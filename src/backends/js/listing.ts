/** A directory's entries as a node:fs-shaped module gives them → names sorted bytewise, and their types. */

import { replacement, type DirectoryListing } from "../engine";
import type { ShapeDirent } from "../file-system-shape";
import { direntType } from "./jobs";

export const bytesOf = (name: string | Buffer): Buffer => (typeof name === "string" ? Buffer.from(name) : name);

export function namesOf(names: Buffer[], asBuffers: boolean, types: Uint8Array | undefined): DirectoryListing {
  if (asBuffers) return { names, isText: false, joined: undefined, types };
  const text = names.map(String);
  return { names: text, isText: !text.some((name) => name.includes(replacement)), joined: undefined, types };
}

export function listing(
  entries: readonly (string | Buffer | ShapeDirent)[], asBuffers: boolean, withTypes: boolean,
): DirectoryListing {
  const rows = entries.map((entry) => {
    const plain = typeof entry === "string" || Buffer.isBuffer(entry);
    return { key: bytesOf(plain ? entry : entry.name), type: plain ? 0 : direntType(entry) };
  });
  rows.sort((one, other) => Buffer.compare(one.key, other.key));
  return namesOf(rows.map(({ key }) => key), asBuffers, withTypes ? Uint8Array.from(rows, ({ type }) => type) : undefined);
}
