/** Sets files up for a scenario, with node:fs itself. */

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

class Link {
  constructor(readonly target: string) {}
}

/** A symbolic link in a plan. */
export const link = (target: string): Link => new Link(target);

/** A name → a file's content, a link, or a directory's own plan. */
export interface Plan {
  readonly [name: string]: string | Uint8Array | Link | Plan;
}

const isPlan = (entry: string | Uint8Array | Link | Plan): entry is Plan =>
  typeof entry !== "string" && !(entry instanceof Uint8Array) && !(entry instanceof Link);

/** Returns the absolute path of the first entry, which most scenarios are about. */
export function plant(folder: string, plan: Plan): string {
  for (const [name, entry] of Object.entries(plan)) {
    const path = join(folder, name);
    if (entry instanceof Link) symlinkSync(entry.target, path);
    else if (isPlan(entry)) {
      mkdirSync(path);
      plant(path, entry);
    } else writeFileSync(path, entry);
  }
  return join(folder, Object.keys(plan)[0] ?? "");
}

/** Bytes that differ from place to place, so that a shifted or lost one shows. */
export function pattern(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
