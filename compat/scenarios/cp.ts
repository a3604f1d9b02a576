import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { link, plant, type Plan } from "../plant";
import { group, type Fs } from "../scenario";
import { badUrls, notBooleans, notPaths, pathsWithNul } from "../values";

const tree: Plan = { a: { b: { file: "deep" }, empty: {} }, file: "content", way: link("file"), up: link("../beside"), dangling: link("nowhere"), absolute: link("/proc/caio-none") };

const times = (path: string): number[] => {
  const { atimeMs, mtimeMs } = statSync(path);
  return [atimeMs, mtimeMs];
};

/** With all that a SystemError carries. */
async function seen(action: () => Promise<unknown>): Promise<unknown> {
  const outcome = await attempt(action);
  const { rejected } = outcome as { rejected?: { info?: object; toString: () => string } };
  return { outcome, info: rejected?.info, text: String(rejected) };
}

type Options = NonNullable<Parameters<Fs["cp"]>[2]>;

export default group("cp", (add) => {
  for (const [which, call] of [
    ["src", (fs: Fs, folder: string, path: unknown) => fs.cp(bad(path), join(folder, "copy"))],
    ["dest", (fs: Fs, folder: string, path: unknown) => fs.cp(join(folder, "file"), bad(path))],
  ] as const) {
    add(`refuses what is no path: ${which}`, [11, 13, 14], (fs, folder) => attemptEach(notPaths, (path) => call(fs, folder, path)));
    add(`refuses NUL bytes: ${which}`, [15], (fs, folder) => attemptEach(pathsWithNul, (path) => call(fs, folder, path)));
    add(`refuses URLs that are no local file: ${which}`, [16], (fs, folder) => attemptEach(badUrls, (path) => call(fs, folder, path)));
    add(`meets a Buffer as the running version does: ${which}`, [13], async (fs, folder) => {
      plant(folder, { file: "x" });
      return attempt(() => call(fs, folder, Buffer.from(join(folder, which === "src" ? "file" : "copy"))));
    });
  }

  for (const option of ["dereference", "errorOnExist", "force", "preserveTimestamps", "recursive", "verbatimSymlinks"]) {
    add(`takes ${option} strictly as a boolean`, [23, 60], async (fs, folder) => {
      plant(folder, { file: "x" });
      return attemptEach([...notBooleans, ["null", null]], (value) => fs.cp(join(folder, "file"), join(folder, "copy"), bad({ [option]: value })));
    });
  }

  add("checks mode, filter and the options themselves", [19, 60], async (fs, folder) => {
    plant(folder, { file: "x" });
    const values: [string, unknown][] = [
      ["mode -1", { mode: -1 }], ["mode 8", { mode: 8 }], ["mode text", { mode: "1" }], ["mode 1.5", { mode: 1.5 }], ["filter 1", { filter: 1 }], ["filter null", { filter: null }],
      ["both", { dereference: true, verbatimSymlinks: true }], ["null", null], ["number", 1], ["text", "x"], ["function", () => undefined], ["array", []], ["mode null", { mode: null }],
    ];
    return attemptEach(values, (options) => fs.cp(join(folder, "file"), join(folder, "copy"), bad(options)));
  });

  add("copies over what a parent that it has made brings in sight", [60], async (fs, folder) => {
    plant(folder, { file: "content", other: "another", way: link("other"), a: { deep: "x" }, b: {} });
    const seenThere = [];
    for (const [from, to] of [["file", "new/../file"], ["file", "new2/../other"], ["other", "new3/../way"], ["way", "new4/../other"], ["a", "new5/../b"], ["file", "new6/../b"]] as const)
      seenThere.push(await seen(() => fs.cp(`${folder}/${from}`, `${folder}/${to}`, { recursive: true })));
    return { seenThere, names: await fs.readdir(folder, { recursive: true }), other: await fs.readFile(join(folder, "other"), "utf8") };
  });

  add("does not take a directory that it has made itself for a file", [60], async (fs, folder) => {
    plant(folder, { file: "content" });
    return seen(() => fs.cp(join(folder, "file"), `${folder}/new/.`));
  });

  add("copies a file with its mode", [60], async (fs, folder) => {
    plant(folder, { file: "content", locked: "x", run: "y" });
    chmodSync(join(folder, "locked"), 0o444);
    chmodSync(join(folder, "run"), 0o4751);
    return attempts({ file: () => fs.cp(join(folder, "file"), join(folder, "file2")), locked: () => fs.cp("locked", "locked2"), run: () => fs.cp("./run", "run2") });
  });

  add("creates the parents of dest", [60], async (fs, folder) => {
    plant(folder, { file: "content", tree });
    return attempts({ file: () => fs.cp(join(folder, "file"), join(folder, "x/y/z/file")), tree: () => fs.cp("tree", "v/w/tree", { recursive: true }) });
  });

  add("takes URLs", [13, 60], async (fs, folder) => {
    plant(folder, { tree });
    return attempt(() => fs.cp(pathToFileURL(join(folder, "tree")), pathToFileURL(join(folder, "co py")), { recursive: true }));
  });

  add("reports what is missing", [1, 3, 9], async (fs, folder) => {
    plant(folder, { file: "x" });
    return attempts({
      src: () => fs.cp(join(folder, "none"), join(folder, "copy")),
      srcDereferenced: () => fs.cp(join(folder, "none"), join(folder, "copy"), { dereference: true }),
      underFile: () => fs.cp(join(folder, "file"), join(folder, "file/below")),
      fromUnderFile: () => fs.cp(join(folder, "file/below"), join(folder, "copy")),
      deepUnderFile: () => fs.cp(join(folder, "file"), join(folder, "file/be/low")),
      emptySrc: () => fs.cp("", join(folder, "copy")),
      emptyDest: () => fs.cp(join(folder, "file"), ""),
      long: () => fs.cp(join(folder, "file"), join(folder, "n".repeat(300))),
    });
  });

  add("reports a directory without recursive", [9], async (fs, folder) => {
    plant(folder, { tree });
    return { into: await seen(() => fs.cp(join(folder, "tree"), join(folder, "copy"))), parent: await seen(() => fs.cp("tree", "p/q/copy")) };
  });

  add("refuses to copy a thing onto itself", [9], async (fs, folder) => {
    plant(folder, { file: "x", tree, way: link("file"), same: link("tree") });
    return {
      file: await seen(() => fs.cp(join(folder, "file"), join(folder, "file"))),
      spelled: await seen(() => fs.cp("./file", join(folder, "tree/../file"))),
      tree: await seen(() => fs.cp("tree", "tree/", { recursive: true })),
      link: await seen(() => fs.cp("way", "file", { dereference: true })),
      hardly: await seen(() => fs.cp("tree", "same", { recursive: true, dereference: true })),
    };
  });

  add("refuses to copy a directory into itself", [9], async (fs, folder) => {
    plant(folder, { tree, same: link("tree") });
    return {
      direct: await seen(() => fs.cp("tree", "tree/inside", { recursive: true })),
      deep: await seen(() => fs.cp(join(folder, "tree"), join(folder, "tree/a/b/inside"), { recursive: true })),
      byLink: await seen(() => fs.cp("tree", "same/a/inside", { recursive: true })),
      sibling: await seen(() => fs.cp("tree", "tree-2", { recursive: true })),
    };
  });

  add("refuses to change the kind of dest", [9], async (fs, folder) => {
    plant(folder, { tree, file: "x", way: link("tree") });
    return {
      dirToFile: await seen(() => fs.cp("tree", "file", { recursive: true })),
      fileToDir: await seen(() => fs.cp("file", "tree")),
      linkToDir: await seen(() => fs.cp("way", "tree")),
      dirToLink: await seen(() => fs.cp("tree", "way", { recursive: true })),
      fileToLink: await seen(() => fs.cp("file", "way")),
    };
  });

  add("refuses pipes and sockets", [9], async (fs, folder) => {
    plant(folder, { tree: { inner: "x" } });
    execFileSync("mkfifo", [join(folder, "fifo"), join(folder, "tree/pipe")]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen("socket", resolve));
    const outcome = {
      fifo: await seen(() => fs.cp("fifo", join(folder, "copy"))),
      socket: await seen(() => fs.cp("socket", join(folder, "copy"))),
      within: await seen(() => fs.cp("tree/pipe", join(folder, "deep/copy"), { recursive: true })),
    };
    await new Promise((resolve) => server.close(resolve));
    return outcome;
  });

  add("meets an existing file by force and errorOnExist", [9, 60], async (fs, folder) => {
    plant(folder, { src: "new", a: "old", b: "old", c: "old", d: "old", e: "old" });
    return {
      plain: await seen(() => fs.cp("src", "a")),
      kept: await seen(() => fs.cp("src", "b", { force: false })),
      refused: await seen(() => fs.cp("src", "c", { force: false, errorOnExist: true })),
      forced: await seen(() => fs.cp("src", "d", { force: true, errorOnExist: true })),
      absent: await seen(() => fs.cp("src", "f", { force: false, errorOnExist: true })),
    };
  });

  add("refuses an existing directory as the running version does", [9, 60], async (fs, folder) => {
    plant(folder, { tree: { inner: "x" }, there: {} });
    return {
      refused: await seen(() => fs.cp("tree", join(folder, "there"), { recursive: true, force: false, errorOnExist: true })),
      kept: await seen(() => fs.cp("tree", join(folder, "there"), { recursive: true, force: false })),
    };
  });

  for (const [name, options] of [
    ["as they are", { verbatimSymlinks: true }],
    ["made absolute", {}],
    ["dereferenced", { dereference: true }],
  ] as const satisfies readonly (readonly [string, Options])[]) {
    add(`copies links ${name}`, [60], async (fs, folder) => {
      plant(folder, { beside: "beside", tree: { ...tree, dangling: link("file"), absolute: link("file"), toDir: link("a") }, way: link("tree/file") });
      return attempts({ tree: () => fs.cp("tree", "copy", { recursive: true, ...options }), link: () => fs.cp("way", "deep/way2", options), again: () => fs.cp("way", "deep/way2", options) });
    });
  }

  add("copies dangling links", [60], async (fs, folder) => {
    plant(folder, { dangling: link("none/x"), tree });
    return attempts({
      plain: () => fs.cp("dangling", "copy"),
      again: () => fs.cp("dangling", "copy"),
      dereferenced: () => fs.cp("dangling", "copy2", { dereference: true }),
      tree: () => fs.cp("tree", "tree2", { recursive: true }),
    });
  });

  add("meets a link at dest", [9, 60], async (fs, folder) => {
    plant(folder, { tree, other: { x: "" }, w1: link("tree"), w2: link("tree/a"), w3: link("other"), w4: link("tree/file"), file: "x" });
    const copies = ["w5", "w6", "w7"];
    for (const name of copies) symlinkSync("tree", name);
    return {
      inner: await seen(() => fs.cp(join(folder, "w1"), join(folder, "w2"))),
      outer: await seen(() => fs.cp("w2", "w5")),
      elsewhere: await seen(() => fs.cp("w1", "w3")),
      file: await seen(() => fs.cp("w4", "w6")),
      ontoFile: await seen(() => fs.cp("w4", "file")),
      fromFile: await seen(() => fs.cp("file", "w7")),
    };
  });

  add("preserves timestamps when asked to", [60], async (fs, folder) => {
    plant(folder, { tree: { file: "x", locked: "y" } });
    for (const name of ["tree/file", "tree/locked"]) utimesSync(name, 1_000_000.123, 1_200_000_000.456);
    chmodSync("tree/locked", 0o444);
    const outcome = await attempts({ file: () => fs.cp("tree/file", "one", { preserveTimestamps: true }), tree: () => fs.cp("tree", "two", { recursive: true, preserveTimestamps: true }), plain: () => fs.cp("tree/file", "three") });
    return { outcome, times: ["one", "two/file", "two/locked"].map((name) => times(join(folder, name))[1]), fresh: (times("three")[1] ?? 0) > 1_600_000_000_000 };
  });

  add("preserves the timestamps of directories as the running version does", [60], async (fs, folder) => {
    plant(folder, { tree: { a: { inner: "x" } }, there: { a: {} } });
    utimesSync("tree/a/inner", 1_100_000_000.125, 1_300_000_000.875);
    utimesSync("tree/a", 1_000_000_000, 1_200_000_000.456);
    utimesSync("tree", 1_000_000_000, 1_250_000_000);
    const outcome = await attempts({
      fresh: () => fs.cp("tree", join(folder, "copy"), { recursive: true, preserveTimestamps: true }),
      existing: () => fs.cp("tree", join(folder, "there"), { recursive: true, preserveTimestamps: true }),
      filtered: () => fs.cp("tree", join(folder, "filtered"), { recursive: true, preserveTimestamps: true, filter: () => true }),
    });
    const preserved = ["copy", "copy/a", "copy/a/inner", "there", "there/a", "there/a/inner", "filtered", "filtered/a"].map((name) => {
      const modified = times(join(folder, name))[1] ?? 0;
      return modified < 1_600_000_000_000 ? Math.floor(modified) : "new";
    });
    return { outcome, preserved };
  });

  add("meets pipes, special modes and exclusive copies within a tree", [9, 60], async (fs, folder) => {
    plant(folder, { piped: { inner: {} }, modes: { set: "x", none: "y" } });
    execFileSync("mkfifo", [join(folder, "piped/inner/pipe")]);
    chmodSync("modes/set", 0o6751);
    chmodSync("modes/none", 0o000);
    return {
      piped: await seen(() => fs.cp("piped", join(folder, "copy"), { recursive: true })),
      modes: await seen(() => fs.cp("modes", join(folder, "modes2"), { recursive: true })),
      exclusive: await seen(() => fs.cp("modes", join(folder, "modes3"), { recursive: true, mode: 1, errorOnExist: true, force: false })),
    };
  });

  add("copies into an existing tree", [60], async (fs, folder) => {
    plant(folder, { tree: { a: { new: "1", both: "2" }, file: "3", mode: {} }, there: { a: { both: "old", own: "4" }, own: "5", mode: {} } });
    chmodSync("tree/mode", 0o700);
    chmodSync("tree/a", 0o750);
    return attempts({ merge: () => fs.cp("tree", "there", { recursive: true }), keep: () => fs.cp("tree", "there", { recursive: true, force: false }) });
  });

  add("fails within an existing tree of other kinds", [9, 60], async (fs, folder) => {
    plant(folder, { one: { a: {} }, two: { a: "file" }, three: { b: "file" }, four: { b: {} } });
    return { dirOverFile: await seen(() => fs.cp("one", join(folder, "two"), { recursive: true })), fileOverDir: await seen(() => fs.cp("three", join(folder, "four"), { recursive: true })) };
  });

  add("keeps the modes of directories", [60], async (fs, folder) => {
    plant(folder, { tree: { a: { file: "x" }, b: {} } });
    chmodSync("tree/a", 0o700);
    chmodSync("tree/b", 0o1777);
    chmodSync("tree", 0o511);
    return attempt(() => fs.cp("tree", "copy", { recursive: true }));
  });

  for (const mode of [0, 1, 2, 3]) {
    add(`copies with mode ${mode}`, [19, 60], async (fs, folder) => {
      plant(folder, { file: "new", there: "old" });
      return attempts({ fresh: () => fs.cp("file", "copy", { mode }), existing: () => fs.cp("file", "there", { mode }) });
    });
  }

  add("asks the filter about everything, the root included", [60], async (fs, folder) => {
    plant(folder, { tree });
    const asked: string[] = [];
    const receivers = new Set<string>();
    const filter = function (this: unknown, from: string, to: string): boolean {
      asked.push(`${from} -> ${to}`);
      receivers.add(Object.keys(this ?? {}).sort().join());
      return !from.endsWith("b");
    };
    const outcome = await attempt(() => fs.cp("./tree/", join(folder, "copy"), { recursive: true, filter }));
    return { outcome, asked: asked.sort(), receivers: [...receivers] };
  });

  add("takes what a filter says, later too", [60], async (fs, folder) => {
    plant(folder, { tree, file: "x" });
    return attempts({
      async: () => fs.cp("tree", "one", { recursive: true, filter: async (from) => !from.includes("file") }),
      truthy: () => fs.cp("tree", "two", bad({ recursive: true, filter: (from: string) => (from.includes("way") ? 0 : "yes") })),
      root: () => fs.cp("tree", "three", { recursive: true, filter: () => false }),
      missing: () => fs.cp("none", "four", { filter: () => false }),
      thrown: () => fs.cp("file", "five", { filter: () => { throw new Error("from the filter"); } }),
      rejected: () => fs.cp("file", "six", { filter: () => Promise.reject(new Error("later")) }),
    });
  });

  add("reads its options at the call", [21], async (fs, folder) => {
    plant(folder, { tree });
    const options = { recursive: true };
    const copying = attempt(() => fs.cp("tree", "copy", options));
    options.recursive = false;
    return copying;
  });

  add("copies wide, deep and oddly named trees", [60], async (fs, folder) => {
    let chain: Plan = { file: "x" };
    for (let depth = 0; depth < 25; depth += 1) chain = { [`level-${depth}`]: chain };
    plant(folder, { tree: { wide: Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`n${index}`, `${index}`])), chain, "füß 日本": { "🦉": "x" } } });
    return attempt(() => fs.cp(join(folder, "tree"), join(folder, "copy"), { recursive: true }));
  });

  add("copies large files and empty ones", [59, 60], async (fs, folder) => {
    writeFileSync("large", Buffer.alloc(3_000_001, 7));
    writeFileSync("empty", "");
    mkdirSync("into");
    return attempts({ large: () => fs.cp("large", "into/large"), empty: () => fs.cp("empty", join(folder, "into/empty")) });
  });

  add("leads its error's stack to the caller", [10], async (fs, folder) => {
    const callerOfTheFunction = async (): Promise<unknown> => {
      await fs.cp(join(folder, "none"), join(folder, "copy"));
      return lstatSync(folder);
    };
    try {
      return await callerOfTheFunction();
    } catch (error) {
      return String(error instanceof Error && error.stack).includes("callerOfTheFunction");
    }
  });

  for (const [label, entry] of [["a directory", {}], ["a file", "x"], ["a link", link("nowhere")]] as const) {
    add(`reports ${label} that cannot be made within a new tree`, [3, 9], async (fs, folder) => {
      plant(folder, { source: { ["n".repeat(200)]: entry } });
      // What lies in the target would have a path that is too long.
      let place = folder;
      while (place.length < 3700) {
        place = join(place, "d".repeat(200));
        mkdirSync(place);
      }
      const target = join(place, "t".repeat(3949 - place.length));
      const outcome = await attempts({
        plain: () => fs.cp(join(folder, "source"), target, { recursive: true }),
        again: () => fs.cp(join(folder, "source"), target, { recursive: true }),
        filtered: () => fs.cp(join(folder, "source"), `${target}f`, { recursive: true, filter: () => true }),
      });
      return outcome;
    });
  }
});
