import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runNode, type Surroundings } from "./child";
import { packageRoot } from "./matrix";

/** Every way to node:fs/promises, and whether it leads to caio's functions. */
const look = `
  const caio = require("caio/fs");
  const { createRequire } = require("node:module");
  const ways = {
    "fs.promises": require("fs").promises,
    "fs/promises": require("fs/promises"),
    "node:fs/promises": require("node:fs/promises"),
  };
  const see = (fs) => fs.readFile === caio.readFile && fs.open === caio.open;
  const lookAll = async () => {
    const seen = Object.fromEntries(Object.entries(ways).map(([way, fs]) => [way, see(fs)]));
    const { default: all, ...named } = await import("node:fs/promises");
    const { promises } = await import("node:fs");
    return { ...seen, "import default": see(all), "import named": see(named), "import promises": see(promises) };
  };
`;

const everyWay = (replaced: boolean): unknown => ({
  "fs.promises": replaced,
  "fs/promises": replaced,
  "node:fs/promises": replaced,
  "import default": replaced,
  "import named": replaced,
  "import promises": replaced,
});

function seenBy(script: string, surroundings: Surroundings): unknown {
  const { stdout, stderr, status } = runNode(`${look}${script}`, surroundings);
  expect(stderr).equal("");
  expect(status).equal(0);
  return JSON.parse(stdout);
}

const here = "lookAll().then((seen) => console.log(JSON.stringify(seen)));";

const native = { CAIO_IMPL: "thread" };

describe("caio/register", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "caio-register-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const option of ["--import", "--require"]) {
    it(`puts caio's functions on every way to node:fs/promises (${option})`, () => {
      expect(seenBy(here, { nodeOptions: [option, "caio/register"], env: native })).deep.equal(everyWay(true));
    });

    it(`reaches workers (${option})`, () => {
      const file = path.join(folder, "worker.cjs");
      const caio = JSON.stringify(path.join(packageRoot, "dist/fs/index.js"));
      const body = look.replace('"caio/fs"', caio);
      writeFileSync(file, `${body}lookAll().then((seen) => require("node:worker_threads").parentPort.postMessage(seen));`);
      const script = `
        const { Worker } = require("node:worker_threads");
        new Worker(${JSON.stringify(file)}).once("message", (seen) => console.log(JSON.stringify(seen)));`;
      expect(seenBy(script, { nodeOptions: [option, "caio/register"], env: native })).deep.equal(everyWay(true));
    });

    it(`reaches child processes through NODE_OPTIONS (${option})`, () => {
      const script = `
        const { execFileSync } = require("node:child_process");
        process.stdout.write(execFileSync(process.execPath, ["-e", ${JSON.stringify(look + here)}]));`;
      expect(seenBy(script, { env: { ...native, NODE_OPTIONS: `${option} caio/register` } })).deep.equal(everyWay(true));
    });
  }

  // Node looks at --import only in workers that are files.
  it("reaches workers made of a string (--require)", () => {
    const body = `${look}lookAll().then((seen) => require("node:worker_threads").parentPort.postMessage(seen));`;
    const script = `
      const { Worker } = require("node:worker_threads");
      new Worker(${JSON.stringify(body)}, { eval: true }).once("message", (seen) => console.log(JSON.stringify(seen)));`;
    expect(seenBy(script, { nodeOptions: ["--require", "caio/register"], env: native })).deep.equal(everyWay(true));
  });

  it("works when it is loaded after everything else", () => {
    expect(seenBy(`require("caio/register");${here}`, { env: native })).deep.equal(everyWay(true));
  });

  for (const [name, value] of [["CAIO_REGISTER", "0"], ["CAIO_IMPL", "js"]] as const) {
    it(`leaves everything to Node with ${name}=${value}`, () => {
      const env = { ...native, [name]: value };
      expect(seenBy(here, { nodeOptions: ["--import", "caio/register"], env })).deep.equal(everyWay(false));
    });
  }

  describe("with CAIO_REGISTER_FUNCTIONS", () => {
    const env = { ...native, CAIO_REGISTER_FUNCTIONS: "readFile, stat" };
    const script = `
      const caio = require("caio/fs");
      const which = (fs) => Object.keys(fs).filter((name) => typeof fs[name] === "function" && fs[name] === caio[name] && !["watch", "glob", "lchmod"].includes(name));
      import("node:fs/promises").then(({ default: all, ...named }) =>
        console.log(JSON.stringify([which(require("fs").promises), which(require("node:fs/promises")), which(all), which(named)])));`;

    for (const option of ["--import", "--require"]) {
      it(`replaces these functions and no others, in modules of both kinds (${option})`, () => {
        const { stdout } = runNode(script, { nodeOptions: [option, "caio/register"], env });
        expect((JSON.parse(stdout) as string[][]).map((names) => names.sort())).deep.equal([1, 2, 3, 4].map(() => ["readFile", "stat"]));
      });
    }

    it("refuses names that are none of node:fs/promises", () => {
      const { stderr, status } = runNode("", { nodeOptions: ["--require", "caio/register"], env: { ...native, CAIO_REGISTER_FUNCTIONS: "readFiel,stat" } });
      expect(status).not.equal(0);
      expect(stderr).include("no function of node:fs/promises: readFiel").include("ERR_INVALID_ARG_VALUE");
    });

    it("is not looked at with CAIO_REGISTER=0", () => {
      const { status } = runNode("", { nodeOptions: ["--require", "caio/register"], env: { CAIO_REGISTER: "0", CAIO_REGISTER_FUNCTIONS: "readFiel" } });
      expect(status).equal(0);
    });
  });

  it("leaves the names, and the callback and synchronous functions, as they were", () => {
    const script = `
      const fs = require("node:fs");
      const { readFile, readFileSync } = fs;
      const before = Object.keys(fs.promises);
      require("caio/register");
      console.log(JSON.stringify([
        Object.keys(fs.promises).join() === before.join(),
        fs.readFile === readFile && fs.readFileSync === readFileSync,
        require("node:module").builtinModules.includes("fs/promises"),
      ]));`;
    expect(seenBy(script, { env: native })).deep.equal([true, true, true]);
  });

  it("leaves caio Node's own functions to ask, also a second copy of it that comes later", () => {
    const script = `
      const node = { ...require("node:fs/promises") };
      require("caio/register");
      for (const file of Object.keys(require.cache)) if (file.includes("dist")) delete require.cache[file];
      const again = require("caio/fs");
      const { oracle } = require("./dist/fs/oracle.js");
      require("caio/register");
      console.log(JSON.stringify([
        again.readFile !== caio.readFile,
        Object.entries(oracle).every(([name, own]) => own === node[name]),
        require("node:fs/promises").readFile === again.readFile,
      ]));`;
    expect(seenBy(script, { env: native })).deep.equal([true, true, true]);
  });

  it("serves Node's own modules, which load ES modules through it", () => {
    writeFileSync(path.join(folder, "hooks.mjs"), "export const resolve = (name, context, next) => next(name, context);\n");
    writeFileSync(path.join(folder, "part.mjs"), "export const part = 1;\n");
    writeFileSync(
      path.join(folder, "app.mjs"),
      `import { register } from "node:module";
       import { cp, mkdtemp, readFile } from "node:fs/promises";
       register("./hooks.mjs", import.meta.url);
       const { part } = await import("./part.mjs");
       await cp(new URL("part.mjs", import.meta.url), new URL("copied/part.mjs", import.meta.url), { recursive: true });
       const text = await readFile(new URL("copied/part.mjs", import.meta.url), "utf8");
       const refused = await readFile(1.5).catch(({ code }) => code);
       console.log(JSON.stringify([part, text, refused]));`,
    );
    const script = `import(${JSON.stringify(path.join(folder, "app.mjs"))});`;
    // Newer Nodes would have the hooks registered in another way, and say so.
    const seen = seenBy(script, { nodeOptions: ["--no-deprecation", "--import", "caio/register"], env: native });
    expect(seen).deep.equal([1, "export const part = 1;\n", "ERR_INVALID_ARG_TYPE"]);
  });

  it("finds its way from other folders by its path", () => {
    const register = path.join(packageRoot, "dist", "register.js");
    const script = `console.log(JSON.stringify(require("fs").promises.open === require(${JSON.stringify(path.join(packageRoot, "dist/fs/index.js"))}).open));`;
    const { stdout } = runNode(script, { nodeOptions: ["--import", register], cwd: folder, env: native });
    expect(JSON.parse(stdout)).equal(true);
  });
});
