import fs from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { backends, type BackendName } from "caio";
import { runNode } from "./child";
import { copyPackage, type PackageCopy } from "./package-copy";

const order: BackendName[] = ["uring", "linux", "thread", "js"];

/** Prints which backend serves. */
const inUse = `
  const { AsyncContext, backends } = require("caio");
  const ctx = new AsyncContext();
  console.log(backends().find(({ inUse }) => inUse).name, ctx.backend);
  ctx.close();
`;

describe("Choosing a backend", () => {
  const available = backends().filter((report) => report.available).map(({ name }) => name);
  const best = available[0] ?? "js";

  it("lists all four in the order of choice, each with a reason and a mend when it is not available", () => {
    expect(backends().map(({ name }) => name)).to.deep.equal(order);
    for (const report of backends()) {
      if (report.available) expect(report).to.not.have.any.keys("reason", "mend");
      else expect(report).to.include.all.keys("reason", "mend");
    }
    expect(backends().filter((report) => report.inUse)).to.have.length(1);
  });

  it("takes the first that is available when nobody asks", () => {
    expect(runNode(inUse)).to.deep.equal({ stdout: `${best} ${best}\n`, stderr: "", status: 0 });
  });

  for (const name of order) {
    it(`follows CAIO_IMPL=${name}`, function () {
      if (!available.includes(name)) this.skip();
      expect(runNode(inUse, { env: { CAIO_IMPL: name } })).to.deep.equal({ stdout: `${name} ${name}\n`, stderr: "", status: 0 });
    });

    it(`serves contexts on ${name} by the import of caio/${name}`, function () {
      if (!available.includes(name)) this.skip();
      const script = `const { AsyncContext } = require("caio/${name}"); const ctx = new AsyncContext(); console.log(ctx.backend, AsyncContext.name); ctx.close();`;
      expect(runNode(script, { env: { CAIO_IMPL: "js" } })).to.deep.equal({ stdout: `${name} AsyncContext\n`, stderr: "", status: 0 });
    });
  }

  it("refuses an unknown CAIO_IMPL at import, and names the valid ones", () => {
    for (const module of ["caio", "caio/js", "caio/fs", "caio/fs/js"]) {
      const { stderr, status } = runNode(`require("${module}")`, { env: { CAIO_IMPL: "urign" } });
      expect(status).to.equal(1);
      expect(stderr).to.include("CAIO_IMPL must be one of 'uring', 'linux', 'thread', 'js'. Received 'urign'");
      expect(stderr).to.include("ERR_INVALID_ARG_VALUE");
    }
  });

  it("starts no engine at the import of caio/fs", () => {
    const script = `
      const { readdirSync } = require("node:fs");
      const [threads, descriptors] = ["/proc/self/task", "/proc/self/fd"].map((folder) => readdirSync(folder).length);
      require("caio/fs");
      console.log(readdirSync("/proc/self/task").length - threads, readdirSync("/proc/self/fd").length - descriptors);
    `;
    expect(runNode(script).stdout).to.equal(process.platform === "linux" ? "0 0\n" : "");
  });

  it("takes an empty CAIO_IMPL for none", () => {
    expect(runNode(inUse, { env: { CAIO_IMPL: "" } })).to.include({ stdout: `${best} ${best}\n`, stderr: "" });
  });

  it("refuses another backend than the import's in the options", () => {
    const script = `const { AsyncContext } = require("caio/js"); try { new AsyncContext({ backend: "thread" }) } catch (error) { console.log(error.code) }`;
    expect(runNode(script).stdout).to.equal("ERR_INVALID_ARG_VALUE\n");
  });

  it("shares one state between import and require", () => {
    const script = `
      import("caio").then((esm) => {
        const cjs = require("caio");
        console.log(esm.AsyncContext === cjs.AsyncContext, Object.keys(esm).includes("backends"), esm.Operation === require("caio/js").Operation);
      });
    `;
    expect(runNode(script).stdout).to.equal("true true true\n");
  });

  it("has engines of its own in every worker", () => {
    const script = `
      const { Worker, isMainThread } = require("node:worker_threads");
      const body = 'const { AsyncContext } = require("caio"); const fs = require("node:fs");' +
        'const ctx = new AsyncContext(); const fd = fs.openSync("package.json");' +
        'ctx.read(10, fd).then((bytes) => { require("node:worker_threads").parentPort.postMessage(bytes.length); return ctx.close(); });';
      let sum = 0;
      for (let index = 0; index < 4; index++) new Worker(body, { eval: true }).on("message", (length) => (sum += length));
      process.on("exit", () => console.log(sum));
    `;
    expect(runNode(script)).to.deep.equal({ stdout: "40\n", stderr: "", status: 0 });
  });
});

describe("Choosing a backend without the addon", () => {
  let copy: PackageCopy;
  before(() => {
    copy = copyPackage(["dist"]);
  });
  after(() => copy.remove());

  it("serves js silently, and backends() says that the addon is missing", () => {
    const script = `console.log(JSON.stringify(require("caio").backends()))`;
    const { stdout, stderr } = runNode(script, { cwd: copy.root });
    expect(stderr).to.equal("");
    const reports = JSON.parse(stdout) as ReturnType<typeof backends>;
    expect(reports.map(({ available }) => available)).to.deep.equal([false, false, false, true]);
    expect(reports[0]?.reason).to.match(/native addon is missing/);
    expect(reports[0]?.mend).to.match(/npm rebuild caio/);
    expect(reports[3]?.inUse).to.equal(true);
  });

  it("repeats what the install script noted", () => {
    fs.mkdirSync(path.join(copy.root, "build"));
    fs.writeFileSync(path.join(copy.root, "build", "unavailable"), JSON.stringify({ reason: "cmake was not found" }));
    const { stdout } = runNode(`console.log(require("caio").backends()[1].reason)`, { cwd: copy.root });
    expect(stdout).to.equal("the native addon was not built: cmake was not found\n");
  });

  it("tells of an addon that does not load", () => {
    const folder = path.join(copy.root, "build", "Release");
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "caio.node"), "this is no shared object");
    const { stdout, status } = runNode(`console.log(require("caio").backends()[2].reason)`, { cwd: copy.root });
    expect(status).to.equal(0);
    expect(stdout).to.match(/^the native addon does not load: /);
    fs.rmSync(folder, { recursive: true });
  });

  it("warns once about a CAIO_IMPL that cannot be followed, with the reason, and serves the next", () => {
    const { stdout, stderr, status } = runNode(`${inUse}\nnew AsyncContext().close();`, { cwd: copy.root, env: { CAIO_IMPL: "thread" } });
    expect(status).to.equal(0);
    expect(stdout).to.equal("js js\n");
    expect(stderr.match(/CaioWarning: CAIO_IMPL=thread is not available: the native addon/g)).to.have.length(1);
  });

  it("warns about it at the import of caio/fs just the same, by require and by import", () => {
    const asks = [`require("caio/fs")`, `import("caio/fs")`, `require("caio/fs"); require("caio")`];
    for (const script of asks) {
      const { stderr, status } = runNode(script, { cwd: copy.root, env: { CAIO_IMPL: "thread" } });
      expect(status).to.equal(0);
      expect(stderr.match(/CaioWarning: CAIO_IMPL=thread is not available: the native addon/g)).to.have.length(1);
    }
  });

  it("throws the diagnosis at the import of a named backend", () => {
    for (const name of ["uring", "linux", "thread"]) {
      const { stderr, status } = runNode(`require("caio/${name}")`, { cwd: copy.root });
      expect(status).to.equal(1);
      expect(stderr).to.include(`The backend '${name}' is not available: the native addon`);
      expect(stderr).to.include("ERR_CAIO_BACKEND_UNAVAILABLE");
    }
  });

  it("throws the diagnosis for a context whose options name it", () => {
    const script = `try { new (require("caio").AsyncContext)({ backend: "uring" }) } catch (error) { console.log(error.code, error.backend) }`;
    expect(runNode(script, { cwd: copy.root }).stdout).to.equal("ERR_CAIO_BACKEND_UNAVAILABLE uring\n");
  });

  it("has memory for O_DIRECT all the same, up to a page", () => {
    const script = `
      const { alignedBuffer } = require("caio");
      console.log(alignedBuffer(8192, 4096).length, alignedBuffer(0).length);
      try { alignedBuffer(8192, 8192) } catch (error) { console.log(error.code) }
    `;
    expect(runNode(script, { cwd: copy.root }).stdout).to.equal("8192 0\nENOTSUP\n");
  });

  describe("by a default_implementation file", () => {
    const write = (text: string): void => fs.writeFileSync(path.join(copy.root, "default_implementation"), text);
    after(() => fs.rmSync(path.join(copy.root, "default_implementation")));

    it("falls through silently when that backend is not available", () => {
      write("# chosen by the distribution\n\nthread # because\n");
      expect(runNode(inUse, { cwd: copy.root })).to.deep.equal({ stdout: "js js\n", stderr: "", status: 0 });
    });

    it("refuses an unknown name", () => {
      write("# typo\nthreads\n");
      const { stderr, status } = runNode(inUse, { cwd: copy.root });
      expect(status).to.equal(1);
      expect(stderr).to.include("default_implementation must be one of");
    });

    it("is overruled by CAIO_IMPL", () => {
      expect(runNode(inUse, { cwd: copy.root, env: { CAIO_IMPL: "js" } })).to.include({ stdout: "js js\n", status: 0 });
    });
  });
});

describe("Choosing a backend with the addon", () => {
  let copy: PackageCopy;
  before(function () {
    if (backends()[2]?.available !== true) this.skip();
    copy = copyPackage(["dist", "build/Release/caio.node"]);
  });
  after(() => copy?.remove());

  it("follows the first telling line of default_implementation", () => {
    const file = path.join(copy.root, "default_implementation");
    fs.writeFileSync(file, "# for this distribution\n\n  thread  \nuring\n");
    expect(runNode(inUse, { cwd: copy.root })).to.deep.equal({ stdout: "thread thread\n", stderr: "", status: 0 });
    fs.rmSync(file);
  });

  it("leaves everything to js, where Node enforces it, when the permission model is active", () => {
    const flag = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
    const nodeOptions = [flag, "--allow-fs-read=*", "--no-warnings"];
    const script = `const { backends } = require("caio"); console.log(backends()[0].reason); console.log(backends().find(({ inUse }) => inUse).name)`;
    const { stdout, stderr } = runNode(script, { cwd: copy.root, nodeOptions });
    expect(stderr).to.equal("");
    expect(stdout).to.equal("Node's permission model is active, and only node:fs enforces it\njs\n");
  });

  it("falls to the next backend when a context cannot be set up, and says so on request", function () {
    if (process.platform !== "linux") this.skip();
    // Every engine needs descriptors, and none is left.
    const script = `
      const { AsyncContext, backends } = require("caio");
      const fs = require("node:fs");
      backends();
      const own = [];
      try { for (;;) own.push(fs.openSync("/dev/null")); } catch {}
      const ctx = new AsyncContext({ backend: "thread" });
      for (const fd of own) fs.closeSync(fd);
      console.log(ctx.backend, ctx.fallback.length, ctx.fallback[0].from, /EMFILE/.test(ctx.fallback[0].reason));
      const fd = fs.openSync("package.json");
      ctx.read(5, fd).then((bytes) => { console.log(bytes.length); return ctx.close(); });
    `;
    expect(runNode(script, { cwd: copy.root })).to.deep.equal({ stdout: "js 1 thread true\n5\n", stderr: "", status: 0 });
  });
});
