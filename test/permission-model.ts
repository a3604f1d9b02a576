/** Node's permission model: each entry of the package reaches what node:fs reaches and nothing else, with Node's errors. */

import fs from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { runNode } from "./child";
import { packageRoot } from "./matrix";

const flag = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";

/** Everything that takes a path, on what may be read (`open`), what may not (`shut`), and what may be written to (`kept`). */
const attempts = `
  const attempts = (fs, at) => ["open", "shut", "kept", "open/../shut"].flatMap((name) => {
    const file = at + "/" + name + "/file";
    const folder = at + "/" + name;
    return [
      ["readFile", () => fs.readFile(file, "utf8")], ["readFile of a Buffer", () => fs.readFile(Buffer.from(file), "utf8")],
      ["open", () => fs.open(file).then((handle) => handle.close())], ["open r+", () => fs.open(file, "r+").then((handle) => handle.close())],
      ["writeFile", () => fs.writeFile(file, "text")], ["appendFile", () => fs.appendFile(file, "")],
      ["writeFile new", () => fs.writeFile(folder + "/new", "x").then(() => fs.rm(folder + "/new"))],
      ["stat", () => fs.stat(file).then(({ size }) => size)], ["lstat", () => fs.lstat(file).then(({ size }) => size)],
      ["access", () => fs.access(file)], ["statfs", () => fs.statfs(folder).then(({ type }) => type)],
      ["readdir", () => fs.readdir(folder).then(String)], ["readdir recursive", () => fs.readdir(folder, { recursive: true }).then(String)],
      ["opendir", () => fs.opendir(folder).then((dir) => dir.close())], ["realpath", () => fs.realpath(file)],
      ["readlink", () => fs.readlink(folder + "/link")], ["mkdir", () => fs.mkdir(folder + "/made").then(() => fs.rmdir(folder + "/made"))],
      ["mkdir recursive", () => fs.mkdir(folder + "/sub", { recursive: true })],
      ["mkdtemp", () => fs.mkdtemp(folder + "/t-").then((made) => fs.rmdir(made))],
      ["copyFile out", () => fs.copyFile(file, at + "/kept/copy")], ["copyFile in", () => fs.copyFile(at + "/open/file", folder + "/copy")],
      ["cp out", () => fs.cp(folder + "/sub", at + "/kept/cp", { recursive: true })],
      ["rename", () => fs.rename(folder + "/absent", at + "/kept/absent")], ["link", () => fs.link(file, at + "/kept/file")],
      ["symlink", () => fs.symlink(file, at + "/kept/link")], ["unlink", () => fs.unlink(folder + "/absent")],
      ["rm", () => fs.rm(folder + "/absent", { force: true })], ["rmdir", () => fs.rmdir(folder + "/absent")],
      ["truncate", () => fs.truncate(folder + "/absent")], ["chmod", () => fs.chmod(file, 0o644)], ["chown", () => fs.chown(folder + "/absent", 0, 0)],
      ["utimes", () => fs.utimes(file, 1, 1)], ["lutimes", () => fs.lutimes(file, 1, 1)],
    ].map(([call, run]) => [call + " " + name, run]);
  });
  const outcomes = async (fs, at) => {
    const list = [];
    for (const [name, run] of attempts(fs, at)) {
      try { list.push([name, "done", (await run()) ?? null]); }
      catch (error) { list.push([name, error.code, error.name, error.message.replace(/t-\\w{6}/, "t-"), error.permission ?? null, (error.resource ?? "").replace(/t-\\w{6}/, "t-")]); }
    }
    return list;
  };
`;

const entries: readonly [name: string, fileSystem: string][] = [
  ...["caio/fs", "caio/fs/uring", "caio/fs/linux", "caio/fs/thread", "caio/fs/js"].map((name): [string, string] => [name, `require("${name}")`]),
  ["createFs", 'require("caio").createFs()'],
  ["createFs with a backend", 'require("caio").createFs({ backend: "uring" })'],
  ["caio/register", '(require("caio/register"), require("node:fs/promises"))'],
];

type Outcomes = readonly (readonly unknown[])[];

describe("Under Node's permission model", function () {
  this.timeout(60_000);
  let folder = "";
  before(() => {
    fs.mkdirSync(path.join(packageRoot, "scratch"), { recursive: true });
    folder = fs.realpathSync(fs.mkdtempSync("/tmp/caio-permission-"));
    for (const name of ["open", "shut", "kept"]) {
      fs.mkdirSync(path.join(folder, name, "sub"), { recursive: true });
      fs.writeFileSync(path.join(folder, name, "file"), "text");
      fs.symlinkSync("file", path.join(folder, name, "link"));
    }
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  for (const addons of [false, true]) {
    const nodeOptions = (): string[] => [
      "--no-warnings", flag, ...(addons ? ["--allow-addons"] : []),
      ...[path.join(packageRoot, "*"), path.join(folder, "open", "*"), path.join(folder, "kept", "*")].map((each) => `--allow-fs-read=${each}`),
      `--allow-fs-write=${path.join(folder, "kept", "*")}`,
    ];

    describe(addons ? "with --allow-addons" : "without --allow-addons", () => {
      /** Of the file system of an expression; undefined: the entry says that it cannot be had. */
      function outcomesOf(expression: string): Outcomes | undefined {
        const { stdout, stderr, status } = runNode(`${attempts}
          let fs;
          try { fs = ${expression}; } catch (error) { if (error.code !== "ERR_CAIO_BACKEND_UNAVAILABLE") throw error; }
          (async () => console.log(JSON.stringify(fs === undefined ? null : await outcomes(fs, ${JSON.stringify(folder)}))))();
        `, { nodeOptions: nodeOptions() });
        expect({ stderr, status }).to.deep.equal({ stderr: "", status: 0 });
        for (const name of ["copy", "cp", "file.link"]) fs.rmSync(path.join(folder, "kept", name), { recursive: true, force: true });
        return (JSON.parse(stdout) as Outcomes | null) ?? undefined;
      }

      let theirs: Outcomes | undefined;
      before(() => {
        theirs = outcomesOf('require("node:fs/promises")');
        const codes = theirs?.map(([, code]) => code);
        expect(codes).to.include.members(["ERR_ACCESS_DENIED", "done"]);
      });

      for (const [name, fileSystem] of entries) {
        it(`${name} does and refuses what node:fs/promises does and refuses, or is unavailable`, () => {
          const ours = outcomesOf(fileSystem);
          if (["caio/fs", "caio/fs/js", "createFs", "caio/register"].includes(name)) expect(ours).to.not.equal(undefined);
          if (ours !== undefined) expect(ours).to.deep.equal(theirs);
        });
      }

      it("AsyncContext has only descriptors, which Node gave out, and serves them over node:fs", () => {
        const { stdout, stderr, status } = runNode(`
          const { AsyncContext, backends } = require("caio");
          const node = require("node:fs");
          const fd = node.openSync(${JSON.stringify(path.join(folder, "open", "file"))});
          const context = new AsyncContext();
          (async () => {
            const bytes = String(await context.read(4, fd, 0));
            let opened = "no open";
            if (typeof context.open === "function") opened = await context.open(${JSON.stringify(path.join(folder, "shut", "file"))}).then(() => "opened", ({ code }) => code);
            console.log(JSON.stringify([bytes, context.backend, opened === "opened", backends().filter(({ available }) => available).map(({ name }) => name)]));
            await context.close();
          })();
        `, { nodeOptions: nodeOptions() });
        expect({ stderr, status }).to.deep.equal({ stderr: "", status: 0 });
        expect(JSON.parse(stdout)).to.deep.equal(["text", "js", false, ["js"]]);
      });
    });
  }
});
