import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as nodePromises from "node:fs/promises";
import { join } from "node:path";
import { attempt, attemptEach } from "../attempt";
import { bad } from "../bad";
import { group, type Fs, type Scenario } from "../scenario";
import { notPaths } from "../values";

interface Disposable {
  readonly path: string;
  remove(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

type Make = (prefix: unknown, options?: unknown) => Promise<Disposable>;

const makerOf = (fs: Fs): Make => (fs as unknown as { mkdtempDisposable: Make }).mkdtempDisposable;

const scenarios = group("mkdtempDisposable", (add) => {
  add("makes an object that removes what it has made", [56], async (fs, folder) => {
    const made = await makerOf(fs)(join(folder, "made-"));
    const there = existsSync(made.path);
    mkdirSync(join(made.path, "inner"));
    writeFileSync(join(made.path, "inner", "file"), "x");
    return {
      there,
      path: made.path.replace(/.{6}$/, "<six>"),
      keys: Reflect.ownKeys(made).map(String),
      bare: Object.getPrototypeOf(made) === null,
      functions: [made.remove, made[Symbol.asyncDispose]].map((method) => [method.name, method.length, method.constructor.name]),
      removed: await attempt(() => made.remove()),
      gone: !existsSync(made.path),
      again: await attempt(() => made.remove()),
      disposed: await attempt(() => made[Symbol.asyncDispose]()),
    };
  });

  add("removes on disposal", [56], async (fs, folder) => {
    const made = await makerOf(fs)(join(folder, "made-"));
    const result = await attempt(() => made[Symbol.asyncDispose]());
    return { result, gone: !existsSync(made.path) };
  });

  add("removes a file that took its place", [56, 58], async (fs, folder) => {
    const made = await makerOf(fs)(join(folder, "made-"));
    rmSync(made.path, { recursive: true });
    writeFileSync(made.path, "x");
    const result = await attempt(() => made.remove());
    return { result, gone: !existsSync(made.path) };
  });

  add("finds a relative one again from elsewhere", [56, 75], async (fs, folder) => {
    const made = await makerOf(fs)("made-");
    const before = process.cwd();
    mkdirSync(join(folder, "elsewhere"));
    process.chdir(join(folder, "elsewhere"));
    try {
      await made.remove();
    } finally {
      process.chdir(before);
    }
    return { path: made.path.replace(/.{6}$/, "<six>"), gone: !existsSync(join(folder, made.path)) };
  });

  add("refuses what is no prefix", [11, 14], async (fs) => attemptEach(notPaths, (prefix) => makerOf(fs)(prefix)));

  add("refuses what is no options", [20], async (fs, folder) =>
    attemptEach([["number", 1], ["bad", "bad"], ["as a property", { encoding: "bad" }]], (options) => makerOf(fs)(join(folder, "made"), bad(options))),
  );

  add("meets other encodings", [20], async (fs, folder) => {
    const given = await attempt(() => makerOf(fs)(join(folder, "made-"), "buffer"));
    const latin = await makerOf(fs)(join(folder, "latin-"), "latin1");
    await latin.remove();
    const message = "rejected" in given && given.rejected instanceof TypeError ? given.rejected.message.replace(/Received.*/, "Received …") : given;
    for (const name of await nodePromises.readdir(folder)) rmSync(join(folder, name), { recursive: true });
    return { message, code: "rejected" in given ? (given.rejected as { code?: unknown }).code : undefined };
  });

  add("reports a folder that is missing", [3, 6], async (fs, folder) => {
    const given = await attempt(() => makerOf(fs)(join(folder, "none/made")));
    if (!("rejected" in given)) return given;
    const { code, syscall, path = "" } = given.rejected as { code?: string; syscall?: string; path?: string };
    return { code, syscall, path: path.replace(/.{6}$/, "<six>") };
  });
});

// Node has it from 24.4 on.
export default ("mkdtempDisposable" in nodePromises ? scenarios : []) satisfies Scenario[];
