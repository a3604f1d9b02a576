import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant, type Plan } from "../plant";
import { group } from "../scenario";
import { notBooleans } from "../values";

const deep: Plan = { a: { b: { c: { file: "x" }, file: "y" }, empty: {} }, file: "z", way: link("a"), out: link("../kept") };

export default group("rm", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.rm(path) });

  add("removes a file and resolves with undefined", [58], async (fs, folder) => attempt(() => fs.rm(plant(folder, { file: "x" }))));

  add("removes a link, not what it names", [58], async (fs, folder) => {
    plant(folder, { real: { inner: "y" }, way: link("real"), way2: link("real"), dangling: link("nowhere") });
    return attempts({
      plain: () => fs.rm(join(folder, "way")),
      recursive: () => fs.rm(join(folder, "way2"), { recursive: true }),
      dangling: () => fs.rm(join(folder, "dangling"), { recursive: true, force: true }),
    });
  });

  add("leaves all below a directory that cannot go itself", [58], async (fs, folder) => {
    plant(folder, { a: deep, b: deep, c: deep });
    return attempts({
      dot: () => fs.rm(join(folder, "a") + "/.", { recursive: true }),
      dotSlash: () => fs.rm(`${join(folder, "b")}/./`, { recursive: true, force: true }),
      parent: () => fs.rm(`${join(folder, "c")}/a/..`, { recursive: true }),
    });
  });

  add("leaves all below the working directory when that is named by a dot", [58, 75], async (fs, folder) => {
    plant(folder, { file: "x", directory: { inner: "y" } });
    return attempts({ dot: () => fs.rm(".", { recursive: true }), slash: () => fs.rm("./", { recursive: true, force: true }) });
  });

  add("reports a missing file by lstat", [3], async (fs, folder) =>
    attempts({
      plain: () => fs.rm(join(folder, "missing")),
      recursive: () => fs.rm(join(folder, "missing"), { recursive: true }),
      "force: false": () => fs.rm(join(folder, "missing"), { force: false }),
    }),
  );

  add("force: hides a missing file only", [58], async (fs, folder) => {
    plant(folder, { file: "x", directory: {} });
    return attempts({
      missing: () => fs.rm(join(folder, "missing"), { force: true }),
      missingRecursive: () => fs.rm(join(folder, "missing"), { force: true, recursive: true }),
      inFile: () => fs.rm(join(folder, "file/x"), { force: true }),
      inFileRecursive: () => fs.rm(join(folder, "file/x"), { force: true, recursive: true }),
      directory: () => fs.rm(join(folder, "directory"), { force: true }),
    });
  });

  add("reports a directory without recursive as a SystemError", [8], async (fs, folder) => {
    const path = plant(folder, { directory: { file: "x" } });
    const outcome = await attempt(() => fs.rm(path));
    const { rejected } = outcome as { rejected?: { info?: object; toString: () => string } };
    return { outcome, info: rejected?.info, infoKeys: Object.keys(rejected?.info ?? {}), text: String(rejected) };
  });

  add("meets every type of option of a SystemError's directory", [8], async (fs, folder) => {
    const path = plant(folder, { directory: {} });
    return attempts({
      empty: () => fs.rm(path, {}),
      "recursive: false": () => fs.rm(path, { recursive: false }),
      "force: true": () => fs.rm(path, { force: true }),
    });
  });

  add("recursive: removes a tree and nothing beside it", [58], async (fs, folder) => {
    plant(folder, { tree: deep, kept: { file: "kept" } });
    return attempt(() => fs.rm(join(folder, "tree"), { recursive: true }));
  });

  add("recursive: removes a tree named by a relative path, a Buffer, a slash", [58], async (fs, folder) => {
    plant(folder, { one: deep, two: deep, three: deep, kept: {} });
    return attempts({
      relative: () => fs.rm("./one", { recursive: true }),
      buffer: () => fs.rm(Buffer.from(join(folder, "two")), { recursive: true }),
      slash: () => fs.rm(`${join(folder, "three")}/`, { recursive: true }),
    });
  });

  add("recursive: removes wide and deep trees", [58], async (fs, folder) => {
    const wide: Record<string, string> = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`file-${index}`, "x"]));
    let chain: Plan = { file: "x" };
    for (let depth = 0; depth < 40; depth += 1) chain = { [`level-${depth}`]: chain };
    plant(folder, { tree: { wide, chain } });
    return attempt(() => fs.rm(join(folder, "tree"), { recursive: true }));
  });

  add("recursive: removes names that are no UTF-8", [58], async (fs, folder) => {
    plant(folder, { tree: { file: "x" } });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/tree/`), Buffer.from([0xff, 0xfe])]), "x");
    return attempt(() => fs.rm(join(folder, "tree"), { recursive: true }));
  });

  add("recursive: removes a single file", [58], async (fs, folder) => attempt(() => fs.rm(plant(folder, { file: "x" }), { recursive: true })));

  add("meets options of every type", [23], async (fs, folder) => {
    plant(folder, { a: "", b: "", c: "" });
    return attempts({
      undefined: () => fs.rm(join(folder, "a"), undefined),
      empty: () => fs.rm(join(folder, "b"), {}),
      null: () => fs.rm(join(folder, "c"), bad(null)),
      string: () => fs.rm(join(folder, "c"), bad("x")),
      number: () => fs.rm(join(folder, "c"), bad(1)),
      function: () => fs.rm(join(folder, "c"), bad(() => undefined)),
      array: () => fs.rm(join(folder, "c"), bad([])),
    });
  });

  for (const option of ["recursive", "force"]) {
    add(`takes ${option} strictly as a boolean`, [23], async (fs, folder) => {
      const path = plant(folder, { file: "x" });
      return attemptEach([...notBooleans, ["null", null]], (value) => fs.rm(path, bad({ [option]: value })));
    });
  }

  for (const option of ["maxRetries", "retryDelay"]) {
    add(`checks ${option}`, [23], async (fs, folder) => {
      const path = plant(folder, { file: "x" });
      const values = [
        ["-1", -1],
        ["1.5", 1.5],
        ["NaN", Number.NaN],
        ["2^32", 2 ** 32],
        ["2^31", 2 ** 31],
        ["string", "1"],
        ["object", {}],
        ["null", null],
        ["bigint", 1n],
      ] as const;
      const kept = values.filter(([label]) => !(option === "maxRetries" && label === "2^31"));
      return attemptEach(kept, (value) => fs.rm(path, bad({ [option]: value })));
    });
  }

  add("removes although retries are allowed", [58], async (fs, folder) => {
    plant(folder, { tree: deep, kept: {} });
    return attempt(() => fs.rm(join(folder, "tree"), { recursive: true, maxRetries: 2, retryDelay: 1, force: true }));
  });

  /** In a process with few descriptors, all of them open: no directory can be listed until they are closed, after a time or in the end. */
  const crowded = (folder: string, expression: string, options: string, milliseconds = 0): unknown => {
    plant(folder, { tree: { a: { b: { file: "x" } }, c: { d: "y" } } });
    const program = `
      const fs = ${expression};
      const { openSync, closeSync } = require("node:fs");
      (async () => {
        await fs.stat(".");
        const open = [];
        try { for (;;) open.push(openSync("/")); } catch {}
        const closeAll = () => open.splice(0).forEach((descriptor) => closeSync(descriptor));
        if (${milliseconds} > 0) setTimeout(closeAll, ${milliseconds});
        const end = await fs.rm("tree", ${options}).then(() => "removed", ({ code, syscall, path }) => ({ code, syscall, path }));
        closeAll();
        process.stdout.write(JSON.stringify(end));
      })();
    `;
    const output = execFileSync("/bin/sh", ["-c", 'ulimit -n 100; exec "$0" -e "$1"', process.execPath, program], { encoding: "utf8", cwd: folder });
    return JSON.parse(output) as unknown;
  };

  add("tries again as often as it is allowed to", [58], async (_fs, folder, { expression }) => crowded(folder, expression, "{ recursive: true, maxRetries: 100, retryDelay: 2 }", 30));

  add("reports what is in the way when it may not try again", [58, 77], async (_fs, folder, { expression }) => crowded(folder, expression, "{ recursive: true, force: true }"));

  add("reports a file that nobody may remove", [58], async (fs, folder) => {
    // Whatever order the file system lists them in, some of the others come before what is kept, and some behind it.
    const others = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`other-${index}`, index % 2 === 0 ? {} : "z"]));
    const path = plant(folder, { file: "x", tree: { kept: "y", ...others } });
    const immutable = [path, join(folder, "tree/kept")];
    // Where there are no such files, they are removed.
    spawnSync("chattr", ["+i", ...immutable]);
    try {
      return await attempts({
        plain: () => fs.rm(path, { maxRetries: 2, retryDelay: 1 }),
        forced: () => fs.rm(path, { force: true }),
        recursive: () => fs.rm(path, { recursive: true }),
        tree: () => fs.rm(join(folder, "tree"), { recursive: true, maxRetries: 1, retryDelay: 1 }),
      });
    } finally {
      spawnSync("chattr", ["-i", ...immutable]);
    }
  });

  add("refuses options before it looks for the file", [11, 23], async (fs, folder) => attempt(() => fs.rm(join(folder, "missing"), bad({ recursive: 1 }))));

  add("takes two removers of one tree with force", [58], async (fs, folder) => {
    plant(folder, { tree: { file: "x" }, kept: {} });
    return Promise.all([fs.rm(join(folder, "tree/file"), { force: true }), fs.rm(join(folder, "tree/other"), { force: true })]);
  });
});
