/** What every function that takes a path does with it: the same scenarios for each of them. */

import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, attemptEach } from "./attempt";
import { bad } from "./bad";
import { continuationOrder } from "./continuation-order";
import type { Add, Fs } from "./scenario";
import { badUrls, detachedView, notPaths, pathsWithNul } from "./values";

export type AnyPath = string | Buffer | URL;

export interface PathTaker {
  /** What must lie at the path for a success. */
  readonly wants: "file" | "directory" | "nothing";
  /** What is called with the path; its other arguments are good ones. */
  readonly call: (fs: Fs, path: AnyPath, folder: string) => Promise<unknown>;
}

function put(path: string | Buffer, wants: PathTaker["wants"]): void {
  if (wants === "file") writeFileSync(path, "content");
  else if (wants === "directory") mkdirSync(path);
}

export function addPathScenarios(add: Add, taker: PathTaker): void {
  const { wants, call } = taker;

  add("refuses what is no path", [11, 13, 14], (fs, folder) => attemptEach(notPaths, (path) => call(fs, bad(path), folder)));

  add("refuses a path with a NUL byte", [15], (fs, folder) => attemptEach(pathsWithNul, (path) => call(fs, bad(path), folder)));

  add("refuses URLs that are no local file", [16], (fs, folder) => attemptEach(badUrls, (path) => call(fs, bad(path), folder)));

  add("takes a Buffer as path", [5, 13], async (fs, folder) => {
    const path = join(folder, "by-buffer");
    put(path, wants);
    return attempt(() => call(fs, Buffer.from(path), folder));
  });

  add("takes a Uint8Array as path", [13], async (fs, folder) => {
    const path = join(folder, "by-array");
    put(path, wants);
    return attempt(() => call(fs, bad(new Uint8Array(Buffer.from(path))), folder));
  });

  add("refuses a detached array as path", [13, 37], async (fs, folder) => attempt(() => call(fs, bad(detachedView(4)), folder)));

  add("takes a URL as path", [13], async (fs, folder) => {
    const path = join(folder, "by url, with % and #");
    put(path, wants);
    return attempt(() => call(fs, pathToFileURL(path), folder));
  });

  add("takes a relative path", [75], async (fs, folder) => {
    put(join(folder, "here"), wants);
    return attempt(() => call(fs, "here", folder));
  });

  add("takes a name that is not ASCII", [13], async (fs, folder) => {
    const path = join(folder, "füß-日本-🦉");
    put(path, wants);
    return attempt(() => call(fs, path, folder));
  });

  add("takes a name that is no UTF-8, as Buffer", [5], async (fs, folder) => {
    const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0xff, 0xfe])]);
    put(path, wants);
    return attempt(() => call(fs, path, folder));
  });

  add("shows a missing name that is no UTF-8 as text", [1, 5], async (fs, folder) =>
    attempt(() => call(fs, Buffer.concat([Buffer.from(`${folder}/none/`), Buffer.from([0x66, 0xff])]), folder)),
  );

  add("replaces lone surrogates", [5], async (fs, folder) => attempt(() => call(fs, join(folder, "none", "a\ud800b"), folder)));

  add("copies a Buffer path at the call", [36], async (fs, folder) => {
    const path = join(folder, "kept");
    put(path, wants);
    const given = Buffer.from(path);
    const called = attempt(() => call(fs, given, folder));
    given.fill(0x78);
    return called;
  });

  add("follows links on the way", [1], async (fs, folder) => {
    mkdirSync(join(folder, "real"));
    symlinkSync("real", join(folder, "way"));
    put(join(folder, "real", "there"), wants);
    return attempt(() => call(fs, join(folder, "way", "there"), folder));
  });

  add("reports a missing file", [1, 3, 7], async (fs, folder) => attempt(() => call(fs, join(folder, "none", "missing"), folder)));

  add("reports a missing file given as URL", [1, 5], async (fs, folder) =>
    attempt(() => call(fs, pathToFileURL(join(folder, "none", "miss ing")), folder)),
  );

  add("reports a missing relative path as it was given", [1, 75], async (fs, folder) => attempt(() => call(fs, "./none/../none/x", folder)));

  add("reports an empty path", [7], async (fs, folder) => attempt(() => call(fs, "", folder)));

  add("reports an empty Buffer path", [7], async (fs, folder) => attempt(() => call(fs, Buffer.alloc(0), folder)));

  add("reports a file where a directory should be", [7], async (fs, folder) => {
    writeFileSync(join(folder, "file"), "");
    return attempt(() => call(fs, join(folder, "file", "beneath"), folder));
  });

  add("reports a name that is too long", [7], async (fs, folder) => attempt(() => call(fs, join(folder, "n".repeat(300)), folder)));

  add("reports a path that is too long", [7], async (fs, folder) => attempt(() => call(fs, `${folder}/${"d/".repeat(3000)}x`, folder)));

  add("reports a loop of links", [7], async (fs, folder) => {
    symlinkSync("round", join(folder, "round"));
    return attempt(() => call(fs, join(folder, "round", "x"), folder));
  });

  add("treats 'file:///…' as a plain path", [13], async (fs, folder) => attempt(() => call(fs, `file://${folder}/x`, folder)));

  add("meets a path with a slash at its end", [7], async (fs, folder) => {
    const path = join(folder, "slashed");
    put(path, wants);
    return attempt(() => call(fs, `${path}/`, folder));
  });

  add("leads its error's stack to the caller", [10], async (fs, folder) => {
    const callerOfTheFunction = async (): Promise<unknown> => {
      const result = await call(fs, join(folder, "none", "missing"), folder);
      return result;
    };
    try {
      return await callerOfTheFunction();
    } catch (error) {
      const stack = error instanceof Error ? String(error.stack) : "";
      return { namesTheCaller: stack.includes("callerOfTheFunction"), namesThisFile: stack.includes("paths.js"), frames: stack.includes("\n    at ") };
    }
  });

  add("keeps its error's stack to the message when the limit is 0", [10], async (fs, folder) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return await call(fs, join(folder, "none", "missing"), folder);
    } catch (error) {
      return error instanceof Error ? String(error.stack) : "no error";
    } finally {
      Error.stackTraceLimit = limit;
    }
  });

  add("returns a native promise", [81], async (fs, folder) => {
    const path = join(folder, "promised");
    put(path, wants);
    const promise = call(fs, path, folder);
    const seen = { class: promise.constructor.name, isPromise: promise instanceof Promise, keys: Reflect.ownKeys(promise).filter((key) => typeof key === "string") };
    await promise;
    return seen;
  });

  add("runs its continuation before microtasks, ticks and immediates that it queues", [71], async (fs, folder) => {
    const path = join(folder, "ordered");
    put(path, wants);
    return continuationOrder(() => call(fs, path, folder));
  });

  add("leaves no descriptor open", [76], async (fs, folder) => {
    const path = join(folder, "counted");
    put(path, wants);
    // A probe: the lowest free descriptor is the same before and after.
    const lowest = (): number => {
      const descriptor = openSync("/dev/null", "r");
      closeSync(descriptor);
      return descriptor;
    };
    // The engine's own descriptors come with its first operation.
    await attempt(() => call(fs, join(folder, "none", "first"), folder));
    const before = lowest();
    await attempt(() => call(fs, path, folder));
    return lowest() - before;
  });
}
