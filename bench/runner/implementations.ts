/** What runs side by side within one runtime: its own node:fs/promises, and caio/fs on its backends. */

import runtimeFs from "node:fs/promises";
import type { AsyncContext, AsyncContextOptions, BackendName } from "caio";

export type FileSystem = typeof runtimeFs;

export interface Implementation {
  readonly name: string;
  readonly fs: FileSystem;
  /** The backend as a context takes it, and a context on it; undefined for what is not caio. */
  readonly context: ((options: AsyncContextOptions) => AsyncContext) | undefined;
}

const own: Implementation = { name: "fs", fs: runtimeFs, context: undefined };

/** `fs`; `caio`, on the backend that it chooses itself; `caio/uring` and the like. */
export async function loadImplementation(name: string): Promise<Implementation> {
  if (name === own.name) return own;
  const backend = name === "caio" ? undefined : name.replace("caio/", "");
  const specifier = backend === undefined ? "caio/fs" : `caio/fs/${backend}`;
  const { default: fs } = (await import(specifier)) as { default: FileSystem };
  return {
    name,
    fs,
    context: (options) => {
      // Loaded already: caio/fs stands on it. Not at the top, where other runtimes would load it too.
      const { AsyncContext: Context } = require("caio") as typeof import("caio");
      return new Context(backend === undefined ? options : { ...options, backend: backend as BackendName });
    },
  };
}

export interface Offered {
  readonly name: string;
  /** Why it cannot be run; undefined if it can. */
  readonly reason: string | undefined;
  /** Of `caio`: the backend that it chose. */
  readonly backend: string | undefined;
}

/** What this runtime has to offer; caio is for Node. */
export async function offered(): Promise<Offered[]> {
  const fs = { name: "fs", reason: undefined, backend: undefined };
  if (process.versions["bun"] !== undefined || process.versions["deno"] !== undefined) return [fs];
  const { backends } = await import("caio");
  const reports = backends();
  return [
    fs,
    { name: "caio", reason: undefined, backend: reports.find(({ inUse }) => inUse)?.name },
    ...reports.map(({ name, available, reason }) => ({
      name: `caio/${name}`,
      reason: available ? undefined : (reason ?? "unavailable"),
      backend: name,
    })),
  ];
}
