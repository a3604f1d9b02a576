import { execFileSync } from "node:child_process";
import { Dirent, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, attempts } from "../attempt";
import { bad } from "../bad";
import { addOptionsScenarios } from "../options";
import { addPathScenarios } from "../paths";
import { link, plant, type Plan } from "../plant";
import { group } from "../scenario";

const mixed: Plan = { b: "x", a: { inner: "y" }, c: link("b"), "ä": "z", Z: "z", "10": "", "9": "", ".hidden": "", "with space": "", dangling: link("nowhere") };

export default group("readdir", (add) => {
  addPathScenarios(add, { wants: "directory", call: (fs, path) => fs.readdir(path) });
  addOptionsScenarios(add, { prepare: (folder) => void plant(folder, { tree: mixed }), call: (fs, folder, options) => fs.readdir(join(folder, "tree"), bad(options)) });

  add("sorts names bytewise, without . and ..", [53], async (fs, folder) => {
    plant(folder, { tree: mixed });
    return fs.readdir(join(folder, "tree"));
  });

  add("sorts many names", [53], async (fs, folder) => {
    mkdirSync(join(folder, "many"));
    for (let index = 0; index < 700; index += 1) writeFileSync(join(folder, "many", `${(index * 7919) % 700}-${"x".repeat(index % 40)}`), "");
    return fs.readdir(join(folder, "many"));
  });

  add("gives an empty array for an empty directory", [53], async (fs, folder) => {
    const path = plant(folder, { empty: {} });
    return attempts({ names: () => fs.readdir(path), types: () => fs.readdir(path, { withFileTypes: true }), buffers: () => fs.readdir(path, "buffer") });
  });

  for (const encoding of ["utf8", "buffer", "hex", "base64", "base64url", "latin1", "ascii", "ucs2", "UTF-8"]) {
    add(`encodes names: ${encoding}`, [54], async (fs, folder) => {
      plant(folder, { tree: mixed });
      return attempts({
        text: () => fs.readdir(join(folder, "tree"), bad(encoding)),
        property: () => fs.readdir(join(folder, "tree"), bad({ encoding })),
        types: () => fs.readdir(join(folder, "tree"), bad({ encoding, withFileTypes: true })),
      });
    });
  }

  add("shows names that are no UTF-8 in every encoding", [54], async (fs, folder) => {
    mkdirSync(join(folder, "raw"));
    for (const name of [[0xff, 0x41], [0x41, 0xc3], [0xe2, 0x82]]) writeFileSync(Buffer.concat([Buffer.from(`${folder}/raw/`), Buffer.from(name)]), "");
    return attempts({
      utf8: () => fs.readdir(join(folder, "raw")),
      buffer: () => fs.readdir(join(folder, "raw"), "buffer"),
      latin1: () => fs.readdir(join(folder, "raw"), "latin1"),
      types: () => fs.readdir(join(folder, "raw"), { withFileTypes: true }),
    });
  });

  add("withFileTypes: gives genuine Dirents", [53], async (fs, folder) => {
    plant(folder, { tree: mixed });
    execFileSync("mkfifo", [join(folder, "tree", "fifo")]);
    const entries = await fs.readdir(join(folder, "tree"), { withFileTypes: true });
    return { entries, genuine: entries.every((entry) => entry instanceof Dirent) };
  });

  add("withFileTypes: keeps the path as it was given", [53], async (fs, folder) => {
    plant(folder, { tree: { file: "x", inner: {} } });
    return attempts({
      slash: () => fs.readdir(`${join(folder, "tree")}/`, { withFileTypes: true }),
      relative: () => fs.readdir("./tree", { withFileTypes: true }),
      dotted: () => fs.readdir("tree/../tree", { withFileTypes: true }),
      buffer: () => fs.readdir(Buffer.from(join(folder, "tree")), { withFileTypes: true }),
      url: () => fs.readdir(pathToFileURL(join(folder, "tree")), { withFileTypes: true }),
    });
  });

  add("withFileTypes: tells devices", [53], async (fs) => {
    const entries = await fs.readdir("/dev", { withFileTypes: true });
    return entries.filter((entry) => ["null", "zero", "fd"].includes(entry.name)).map((entry) => [entry.name, entry.isCharacterDevice(), entry.isSymbolicLink()]);
  });

  add("takes withFileTypes as truthy or falsy", [20], async (fs, folder) => {
    plant(folder, { tree: { file: "x" } });
    return attempts({
      one: () => fs.readdir(join(folder, "tree"), bad({ withFileTypes: 1 })),
      text: () => fs.readdir(join(folder, "tree"), bad({ withFileTypes: "no" })),
      zero: () => fs.readdir(join(folder, "tree"), bad({ withFileTypes: 0 })),
      null: () => fs.readdir(join(folder, "tree"), bad({ withFileTypes: null })),
    });
  });

  add("reports a file with the syscall scandir", [1, 3], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attempts({ names: () => fs.readdir(path), types: () => fs.readdir(path, { withFileTypes: true }), recursive: () => fs.readdir(path, { recursive: true }) });
  });

  const forest: Plan = { b: { y: { "4": "" }, "3": "" }, a: { x: { "2": "" }, "1": "" }, z: "", c: {}, ln: link("a") };

  add("recursive: lists in the running version's order", [54], async (fs, folder) => {
    plant(folder, { tree: forest });
    return attempts({
      names: () => fs.readdir(join(folder, "tree"), { recursive: true }),
      relative: () => fs.readdir("tree", { recursive: true }),
      slash: () => fs.readdir("tree/", { recursive: true }),
      types: () => fs.readdir(join(folder, "tree"), { recursive: true, withFileTypes: true }),
    });
  });

  add("recursive: lists many names, none, and those that mean something to String.replace", [54], async (fs, folder) => {
    const many = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`name-${index}`, ""]));
    plant(folder, { tree: { "a$&b": { "$$": "", "$1": { "$`": "" } }, empty: {}, few: { x: "" }, many, "\u00e4\u6162": { "\u00e9": "", y: {} } } });
    const path = join(folder, "tree");
    return attempts({
      names: () => fs.readdir(path, { recursive: true }),
      types: () => fs.readdir(path, { recursive: true, withFileTypes: true }),
      again: () => Promise.all([fs.readdir(path, { recursive: true }), fs.readdir(join(path, "few")), fs.readdir(join(path, "empty"))]),
    });
  });

  add("recursive: meets Buffers as the running version does", [54], async (fs, folder) => {
    plant(folder, { tree: forest });
    return attempts({
      path: () => fs.readdir(Buffer.from(join(folder, "tree")), { recursive: true }),
      encoding: () => fs.readdir(join(folder, "tree"), { recursive: true, encoding: "buffer" }),
      hex: () => fs.readdir(join(folder, "tree"), { recursive: true, encoding: "hex" }),
    });
  });

  add("recursive: checks that it is a boolean as the running version does", [20], async (fs, folder) => {
    plant(folder, { tree: forest });
    return attempts({
      one: () => fs.readdir(join(folder, "tree"), bad({ recursive: 1 })),
      text: () => fs.readdir(join(folder, "tree"), bad({ recursive: "yes" })),
      null: () => fs.readdir(join(folder, "tree"), bad({ recursive: null })),
      undefined: () => fs.readdir(join(folder, "tree"), { recursive: undefined }),
    });
  });

  for (const encoding of ["utf8", "buffer", "hex", "base64", "latin1"]) {
    add(`recursive: encodes paths: ${encoding}`, [54], async (fs, folder) => {
      plant(folder, { tree: { ...forest, "füß": { "日本": "" } } });
      return attempts({
        names: () => fs.readdir(join(folder, "tree"), bad({ recursive: true, encoding })),
        types: () => fs.readdir(join(folder, "tree"), bad({ recursive: true, withFileTypes: true, encoding })),
        bytes: () => fs.readdir(Buffer.from("tree/"), bad({ recursive: true, encoding })),
        bytesAndTypes: () => fs.readdir(Buffer.from("tree"), bad({ recursive: true, withFileTypes: true, encoding })),
      });
    });
  }

  add("recursive: meets names that are no UTF-8 as the running version does", [5, 54], async (fs, folder) => {
    plant(folder, { tree: { a: { inner: "" }, z: "" } });
    const odd = Buffer.concat([Buffer.from(`${folder}/tree/`), Buffer.from([0x66, 0xff])]);
    mkdirSync(odd);
    writeFileSync(Buffer.concat([odd, Buffer.from("/in"), Buffer.from([0xfe])]), "");
    const path = join(folder, "tree");
    return attempts({
      names: () => fs.readdir(path, { recursive: true }),
      types: () => fs.readdir(path, { recursive: true, withFileTypes: true }),
      latin1: () => fs.readdir(path, { recursive: true, encoding: "latin1" }),
      latin1Types: () => fs.readdir(path, { recursive: true, withFileTypes: true, encoding: "latin1" }),
      buffers: () => fs.readdir(path, bad({ recursive: true, encoding: "buffer" })),
    });
  });

  add("recursive: keeps the root's path as it was given, and joins below", [53, 54], async (fs, folder) => {
    plant(folder, { tree: forest });
    const calls = ["./tree//", "tree/../tree/.", "tree/ln/../", ".", "./"].flatMap((path) => [
      [`${path} names`, () => fs.readdir(path, { recursive: true })] as const,
      [`${path} types`, () => fs.readdir(path, { recursive: true, withFileTypes: true })] as const,
    ]);
    return attempts({
      ...Object.fromEntries<() => Promise<unknown>>(calls),
      url: () => fs.readdir(pathToFileURL(join(folder, "tree")), { recursive: true, withFileTypes: true }),
    });
  });

  add("recursive: goes round a loop of links as the running version does", [54], async (fs, folder) => {
    plant(folder, { tree: { a: { up: link("..") }, self: link("self"), dangling: link("none") } });
    const names = await fs.readdir(join(folder, "tree"), { recursive: true });
    const types = await fs.readdir(join(folder, "tree"), { recursive: true, withFileTypes: true });
    return { names, types: types.map((entry) => [entry.name, entry.isDirectory(), entry.isSymbolicLink()]) };
  });

  add("recursive: lists wide and deep trees in order", [53, 54], async (fs, folder) => {
    const wide: Plan = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`d${(index * 37) % 60}`, { one: "", two: { three: "" } }]));
    let chain: Plan = { file: "x" };
    for (let depth = 0; depth < 30; depth += 1) chain = { [`level-${depth}`]: chain, beside: "" };
    plant(folder, { tree: { wide, chain } });
    return attempts({
      names: () => fs.readdir(join(folder, "tree"), { recursive: true }),
      types: () => fs.readdir(join(folder, "tree"), { recursive: true, withFileTypes: true }),
    });
  });

  add("recursive: gives an empty array for an empty directory", [54], async (fs, folder) => {
    const path = plant(folder, { empty: {} });
    return attempts({ names: () => fs.readdir(path, { recursive: true }), types: () => fs.readdir(path, { recursive: true, withFileTypes: true }) });
  });

  add("recursive: names the directory that it could not read", [1, 3, 54], async (fs, folder) => {
    // Nobody may be root here: a path that grows too long on the way fails for everyone.
    const names = Array.from({ length: 21 }, (_, index) => `${"n".repeat(195)}${String(index).padStart(2, "0")}`);
    plant(folder, { tree: { a: {}, z: {} } });
    process.chdir(join(folder, "tree", "a"));
    for (const name of names) {
      mkdirSync(name);
      process.chdir(name);
    }
    process.chdir(folder);
    const outcomes = await attempts({
      names: () => fs.readdir(join(folder, "tree"), { recursive: true }),
      types: () => fs.readdir(join(folder, "tree"), { recursive: true, withFileTypes: true }),
    });
    execFileSync("rm", ["-r", join(folder, "tree")]);
    return outcomes;
  });

  add("recursive: reads options at the call", [21], async (fs, folder) => {
    plant(folder, { tree: forest });
    const options = { recursive: true, withFileTypes: true as const };
    const promise = fs.readdir(join(folder, "tree"), options);
    Object.assign(options, { withFileTypes: false, recursive: false });
    return promise;
  });

  add("lists many directories at once, each with its own names", [53], async (fs, folder) => {
    for (let index = 0; index < 40; index += 1) plant(folder, { [`d${index}`]: { [`own-${index}`]: "", shared: "" } });
    return Promise.all(Array.from({ length: 40 }, (_, index) => fs.readdir(join(folder, `d${index}`))));
  });

  add("goes through a link", [53], async (fs, folder) => {
    plant(folder, { tree: { file: "" }, way: link("tree") });
    return attempt(() => fs.readdir(join(folder, "way"), { withFileTypes: true }));
  });

  add("reads options at the call", [21], async (fs, folder) => {
    plant(folder, { tree: { file: "" } });
    const options = { withFileTypes: true as const };
    const promise = fs.readdir(join(folder, "tree"), options);
    Object.assign(options, { withFileTypes: false });
    return promise;
  });
});
