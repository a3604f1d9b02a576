/** What runs side by side: node:fs/promises, and caio/fs on its backends. */

import nodeFs from "node:fs/promises";
import { backends } from "caio";

export type FileSystem = typeof nodeFs;

export interface Implementation {
  readonly name: string;
  /** Undefined: Node's own. */
  readonly backend: string | undefined;
  readonly fs: FileSystem;
}

export interface Unavailable {
  readonly name: string;
  readonly reason: string;
}

export const node: Implementation = { name: "node:fs/promises", backend: undefined, fs: nodeFs };

async function load(specifier: string): Promise<FileSystem> {
  const module = (await import(specifier)) as { default: FileSystem };
  return module.default;
}

/** caio/fs on the backend it chooses itself. */
export async function chosen(): Promise<Implementation> {
  const fs = await load("caio/fs");
  const inUse = backends().find((backend) => backend.inUse)?.name ?? "?";
  return { name: `caio/fs (${inUse})`, backend: inUse, fs };
}

/** caio/fs on each backend that this machine offers, and why the others are not there. */
export async function everyBackend(): Promise<(Implementation | Unavailable)[]> {
  return Promise.all(
    backends().map(async ({ name, available, reason }) =>
      available
        ? { name: `caio/fs/${name}`, backend: name, fs: await load(`caio/fs/${name}`) }
        : { name: `caio/fs/${name}`, reason: reason ?? "unavailable" },
    ),
  );
}

/** One backend by its name; an unavailable one throws with the diagnosis. */
export async function byName(name: string): Promise<Implementation> {
  const names = backends().map((backend) => backend.name);
  if (!names.some((known) => known === name)) throw new Error(`unknown backend ${name}: one of ${names.join(", ")}`);
  return { name: `caio/fs/${name}`, backend: name, fs: await load(`caio/fs/${name}`) };
}
