/** A subject → the fs that the scenarios get, and the engine's counters. Lives in the worker process only. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Subject } from "./configuration";
import { faultNamed } from "./deliberate-faults";
import type { Served } from "./message";
import type { Memory } from "./memfs/machine";
import type { Fs, Surroundings } from "./scenario";

/** The project, seen from out/compat. */
export const project = join(__dirname, "..", "..");

export interface Loaded {
  readonly fs: Fs;
  readonly surroundings: Surroundings;
  served(): Served;
  /** Where the scenarios' files lie in memory. */
  readonly memory?: Memory;
}

interface Selection {
  engineFor(backend: string): { counters(): Record<string, Record<string, number>> };
}

interface Index {
  backends(): readonly { name: string; available: boolean; reason?: string }[];
}

function countsOf(backend: string): () => Served {
  const selection = require(join(project, "dist", "backends", "select.js")) as Selection;
  return () => {
    const served: Served = {};
    for (const [kind, routes] of Object.entries(selection.engineFor(backend).counters())) {
      // A miss is served once more, by the route that it took then.
      const { tryNowMiss: _miss, ...serving } = routes;
      served[kind] = Object.values(serving).reduce((sum, count) => sum + count, 0);
    }
    return served;
  };
}

function moduleOf(exported: Fs & { default?: Fs }): Fs {
  return exported.default ?? exported;
}

/** What `backends()` says against a backend, or undefined if it calls it available. */
export function diagnosis(backend: string): string | undefined {
  const index = require(join(project, "dist", "index.js")) as Index;
  const entry = index.backends().find((one) => one.name === backend);
  if (entry === undefined) throw new Error(`backends() does not list ${backend}`);
  return entry.available ? undefined : (entry.reason ?? "no reason given");
}

export function load(subject: Subject): Loaded {
  if (subject.inMemory) return (require("./memfs/subject") as typeof import("./memfs/subject")).loadInMemory();
  if (subject.backend === undefined) {
    const original = require("node:fs/promises") as Fs;
    const fs = subject.fault === undefined ? original : faultNamed(subject.fault).wrap(original);
    const expression = `require("node:fs/promises")`;
    return { fs, surroundings: { expression, specifier: "node:fs/promises", following: expression }, served: () => ({}) };
  }
  const path = join(project, "dist", "fs", `${subject.backend}.js`);
  const fs = moduleOf(require(path) as Fs & { default?: Fs });
  return {
    fs,
    surroundings: {
      expression: `require(${JSON.stringify(path)})`,
      specifier: pathToFileURL(join(project, "dist", "fs", `${subject.backend}.mjs`)).href,
      following: `require(${JSON.stringify(join(project, "dist", "fs", "index.js"))})`,
    },
    served: countsOf(subject.backend),
  };
}
