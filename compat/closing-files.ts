/** What functions that open a file to write it do when closing it fails. */

import { closeSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { attempt } from "./attempt";
import type { Add } from "./scenario";
import type { FileWriter } from "./writing-files";

const descriptorOf = (path: string): number | undefined => {
  const found = readdirSync("/proc/self/fd").find((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === path;
    } catch {
      // The one that lists the others.
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
};

/** Closes the file behind the function's back, from within the data that it is given. */
export function addClosingScenarios(add: Add, write: FileWriter): void {
  /** Gives its items, and closes the file before the one that is null. */
  const closing = async function* (path: string, items: readonly (string | null)[]): AsyncGenerator<string> {
    for (const item of items) {
      const descriptor = item === null ? descriptorOf(path) : undefined;
      if (descriptor !== undefined) closeSync(descriptor);
      if (item !== null) yield item;
    }
  };

  for (const [label, items, options] of [
    ["a close that fails after everything was written", ["one", "two", null], undefined],
    ["a write and the close after it, both", ["one", null, "two"], undefined],
    ["a flush and the close after it, both", ["one", null], { flush: true }],
  ] as const) {
    add(`reports ${label}`, [48], async (fs, folder) => {
      const path = join(folder, "file");
      return attempt(() => write(fs, path, closing(path, items), options));
    });
  }

  add("reports what its source throws and the close after it, both", [48], async (fs, folder) => {
    const path = join(folder, "file");
    const source = async function* (): AsyncGenerator<string> {
      yield* closing(path, ["one", null]);
      throw Object.assign(new Error("from the source"), { code: "ERR_SOURCE" });
    };
    return attempt(() => write(fs, path, source()));
  });

  add("reports an open that fails alone, and does not ask its source", [48], async (fs, folder) => {
    const events: string[] = [];
    const source = function* (): Generator<string> {
      events.push("asked");
      yield "one";
    };
    return { outcome: await attempt(() => write(fs, join(folder, "none", "file"), source())), events };
  });
}
