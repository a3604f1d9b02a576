/** Who the process is, and where: what changes after the first use counts for every operation that comes later. */

import fs from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { backends, type BackendName } from "caio";
import { runNode } from "./child";
import { packageRoot } from "./matrix";

const isRoot = process.geteuid?.() === 0;
const nobody = 65534;

/** Fills `secret`, which only its owner may enter, and `kept`, in which only its owner may make anything. */
function plant(folder: string): void {
  fs.chmodSync(folder, 0o755);
  for (const [name, mode] of [["secret", 0o700], ["kept", 0o755]] as const) {
    fs.mkdirSync(path.join(folder, name, "sub"), { recursive: true });
    fs.writeFileSync(path.join(folder, name, "file"), "x", { mode: 0o600 });
    fs.chmodSync(path.join(folder, name), mode);
  }
  fs.mkdirSync(path.join(folder, "own"));
  fs.chmodSync(path.join(folder, "own"), 0o777);
}

/** Everything that looks at a path, as [name, call(fs, folder)]. */
const attempts = `
  const attempts = (fs, at) => [
    ["readFile", () => fs.readFile(at + "/secret/file")], ["readFile kept", () => fs.readFile(at + "/kept/file")],
    ["open", () => fs.open(at + "/kept/file")], ["open r+", () => fs.open(at + "/kept/file", "r+")],
    ["writeFile", () => fs.writeFile(at + "/kept/file", "y")], ["writeFile new", () => fs.writeFile(at + "/kept/new", "y")],
    ["appendFile", () => fs.appendFile(at + "/kept/file", "y")], ["truncate", () => fs.truncate(at + "/kept/file")],
    ["stat", () => fs.stat(at + "/secret/file")], ["lstat", () => fs.lstat(at + "/secret/file")],
    ["access", () => fs.access(at + "/kept/file", 4)], ["statfs", () => fs.statfs(at + "/secret/file")],
    ["readdir", () => fs.readdir(at + "/secret")], ["readdir recursive", () => fs.readdir(at + "/secret", { recursive: true })],
    ["opendir", () => fs.opendir(at + "/secret")], ["mkdir", () => fs.mkdir(at + "/kept/made")],
    ["mkdir recursive", () => fs.mkdir(at + "/kept/a/b", { recursive: true })], ["mkdtemp", () => fs.mkdtemp(at + "/kept/t-")],
    ["rmdir", () => fs.rmdir(at + "/kept/sub")], ["unlink", () => fs.unlink(at + "/kept/file")],
    ["rm", () => fs.rm(at + "/kept", { recursive: true })], ["rename", () => fs.rename(at + "/kept/file", at + "/own/moved")],
    ["symlink", () => fs.symlink("x", at + "/kept/link")], ["link", () => fs.link(at + "/kept/file", at + "/kept/hard")],
    ["readlink", () => fs.readlink(at + "/secret/link")], ["realpath", () => fs.realpath(at + "/secret/file")],
    ["copyFile", () => fs.copyFile(at + "/kept/file", at + "/own/copy")], ["cp", () => fs.cp(at + "/secret", at + "/own/copy", { recursive: true })],
    ["chmod", () => fs.chmod(at + "/kept/file", 0o666)], ["chown", () => fs.chown(at + "/kept/file", ${nobody}, ${nobody})],
    ["utimes", () => fs.utimes(at + "/kept/file", 1, 1)], ["lutimes", () => fs.lutimes(at + "/kept/file", 1, 1)],
  ];
`;

/** The first use: enough at once for every thread of the engine to be there. */
const warmUp = `
  const warm = async (fs, at) => {
    await Promise.all(Array.from({ length: 64 }, (_, index) => Promise.all([fs.readFile(at + "/secret/file"), fs.stat(at + "/secret"),
      fs.readdir(at + "/secret"), fs.writeFile(at + "/own/warm-" + index, "z"), fs.chmod(at + "/kept/sub", 0o700)])));
    const handle = await fs.open(at + "/own/warm-0", "r+");
    await Promise.all(Array.from({ length: 16 }, () => handle.sync()));
    await handle.close();
  };
`;

const changes: readonly [title: string, change: string][] = [
  ["setgroups, setgid and setuid", `process.setgroups([]); process.setgid(${nobody}); process.setuid(${nobody});`],
  ["seteuid", `process.setgroups([]); process.setegid(${nobody}); process.seteuid(${nobody});`],
];

const cells = backends().flatMap(({ name, available }) =>
  (name === "js" ? [true] : [true, false]).flatMap((tryNow) =>
    (name === "uring" ? [false, true] : [false]).map((sqpoll) => ({ name, available, tryNow, sqpoll }))));

describe("After a change of who the process is", function () {
  this.timeout(60_000);
  let folder = "";
  before(function () {
    if (!isRoot) {
      console.log("      only root can become somebody else");
      this.skip();
    }
  });
  beforeEach(() => {
    fs.mkdirSync(path.join(packageRoot, "scratch"), { recursive: true });
    // Below /tmp: the new user must be able to come there.
    folder = fs.mkdtempSync("/tmp/caio-credentials-");
    plant(folder);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const start = (backend: BackendName, tryNow: boolean, sqpoll: boolean): string =>
    `const fs = require("caio").createFs({ backend: "${backend}", tryNow: ${tryNow}, sqpoll: ${sqpoll} });`;

  /** Runs in a Node of its own, which must end well; gives what it printed. */
  function run(script: string): unknown {
    const { stdout, stderr, status } = runNode(script);
    expect({ stderr, status }).to.deep.equal({ stderr: "", status: 0 });
    return JSON.parse(stdout);
  }

  for (const { name, available, tryNow, sqpoll } of cells) {
    describe(`${name}, try-now ${tryNow ? "on" : "off"}${sqpoll ? ", with sqpoll" : ""}`, () => {
      before(function () {
        if (!available) this.skip();
      });

      for (const [title, change] of changes) {
        it(`touches nothing that the new user may not: ${title}`, () => {
          const failures = run(`
            ${attempts} ${warmUp} ${start(name, tryNow, sqpoll)}
            const node = require("node:fs/promises");
            const at = ${JSON.stringify(folder)};
            const codeOf = (call) => call().then(() => "done", (error) => error.code);
            (async () => {
              await warm(fs, at);
              ${change}
              // access(2) asks for the real user, who stays with seteuid.
              const byRealUser = process.getuid() === process.geteuid() ? [] : ["access"];
              const differing = [];
              for (let round = 0; round < 8; round++) {
                const codes = await Promise.all(attempts(fs, at).map(async ([name, call]) => [name, await codeOf(call)]));
                for (const [name, code] of codes) if (!/^E(ACCES|PERM)$/.test(code) && !byRealUser.includes(name)) differing.push([name, code]);
              }
              for (const [index, [name, call]] of attempts(fs, at).entries()) {
                const [ours, theirs] = [await codeOf(call), await codeOf(attempts(node, at)[index][1])];
                if (ours !== theirs) differing.push([name, ours, theirs]);
              }
              console.log(JSON.stringify(differing));
              await fs[Symbol.asyncDispose]?.();
              process.exit();
            })();
          `);
          expect(failures).to.deep.equal([]);
        });
      }

      it("has the new ids on every thread that is not the kernel's (whose workers act with the ids of each request)", function () {
        if (process.platform !== "linux") this.skip();
        const seen = run(`
          ${warmUp} ${start(name, tryNow, sqpoll)}
          const node = require("node:fs");
          const at = ${JSON.stringify(folder)};
          const ids = () => node.readdirSync("/proc/self/task").map((task) => node.readFileSync("/proc/self/task/" + task + "/status", "utf8"))
            .filter((status) => !/^Name:\\s+iou-/m.test(status))
            .map((status) => ["Uid", "Gid", "Groups"].map((key) => new RegExp("^" + key + ":[ \\\\t]*(.*)$", "m").exec(status)[1].trim().split(/\\s+/).join(" ")).join("; "));
          (async () => {
            await warm(fs, at);
            const before = ids();
            ${changes[0]?.[1] ?? ""}
            // At once, and of those that are started later as well.
            const after = ids();
            await Promise.all(Array.from({ length: 64 }, (_, index) => fs.writeFile(at + "/own/new-" + index, "z")));
            console.log(JSON.stringify({ threads: before.length, ids: [...new Set([...after, ...ids()])] }));
            process.exit();
          })();
        `) as { threads: number; ids: string[] };
        expect(seen.ids).to.deep.equal([`${[nobody, nobody, nobody, nobody].join(" ")}; ${[nobody, nobody, nobody, nobody].join(" ")}; `]);
        expect(seen.threads).to.be.greaterThan(1);
      });

      it("takes set-id bits away when the new user writes, past the page cache too", function () {
        if (process.platform !== "linux") this.skip();
        const file = path.join(packageRoot, "scratch", `set-id-${process.pid}`);
        fs.writeFileSync(file, Buffer.alloc(8192));
        fs.chmodSync(file, 0o6777);
        try {
          const mode = run(`
            const { AsyncContext, alignedBuffer } = require("caio");
            const node = require("node:fs");
            const file = ${JSON.stringify(file)};
            let direct = node.constants.O_DIRECT;
            try { node.closeSync(node.openSync(file, direct)); } catch { direct = 0; }
            const fd = node.openSync(file, node.constants.O_RDWR | direct);
            const context = new AsyncContext({ backend: "${name}", tryNow: ${tryNow}, sqpoll: ${sqpoll} });
            const block = alignedBuffer(4096, 4096);
            (async () => {
              await context.write(block, fd, 0);
              const before = node.fstatSync(fd).mode & 0o7777;
              ${changes[0]?.[1] ?? ""}
              await context.write(block, fd, 4096);
              console.log(JSON.stringify([before.toString(8), (node.fstatSync(fd).mode & 0o7777).toString(8)]));
              await context.close();
            })();
          `);
          expect(mode).to.deep.equal(["6777", "777"]);
        } finally {
          fs.rmSync(file);
        }
      });

      it("follows a new umask and a new working directory", () => {
        const found = run(`
          ${warmUp} ${start(name, tryNow, sqpoll)}
          const node = require("node:fs");
          const at = ${JSON.stringify(folder)};
          (async () => {
            await warm(fs, at);
            const modes = [];
            for (const [index, mask] of [0o077, 0o007, 0o022].entries()) {
              process.umask(mask);
              process.chdir(at + (index % 2 === 0 ? "/own" : "/kept"));
              // Many, so that all threads have their part of them.
              await Promise.all(Array.from({ length: 40 }, async (_, part) => {
                const name = "made-" + index + "-" + part;
                await fs.writeFile(name, "x");
                await fs.mkdir(name + "-folder");
                modes.push(...[name, name + "-folder"].map((made) => node.statSync(process.cwd() + "/" + made).mode & 0o777));
              }));
            }
            console.log(JSON.stringify([[...new Set(modes)], modes.length]));
            await fs[Symbol.asyncDispose]?.();
          })();
        `);
        expect(found).to.deep.equal([[0o600, 0o700, 0o660, 0o770, 0o644, 0o755], 240]);
      });
    });
  }
});

