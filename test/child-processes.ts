import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import { backends } from "caio";
import { runNode } from "./child";
import { packageRoot } from "./matrix";

/** What both processes of these tests begin with. */
const names = `
  const nodeFs = require("node:fs");
  const target = (fd) => { try { return nodeFs.readlinkSync("/proc/self/fd/" + fd); } catch { return "closed"; } };
  // Sockets and pipes have numbers; what is compared is what kind of thing is open, and how often.
  const kinds = () => nodeFs.readdirSync("/proc/self/fd").map(target).filter((name) => name !== "closed" && !name.endsWith("/fd")).map((name) => name.replace(/:\\[\\d+\\]/, "")).sort();
`;

/** Looks around before anything of caio's is loaded, then works on an engine of its own. */
const child = `
  ${names}
  const found = kinds();
  const backend = process.env.CAIO_TEST_BACKEND;
  const { createFs } = require("caio");
  const tell = (message) => new Promise((resolve) => process.send(message, resolve));
  process.once("message", async (go) => {
    if (go !== "work") return process.disconnect();
    const fs = createFs({ backend });
    const file = process.env.CAIO_TEST_FOLDER + "/child-" + process.pid;
    for (let round = 0; round < 50; round++) {
      await fs.writeFile(file, "child " + round);
      if ((await fs.readFile(file, "utf8")) !== "child " + round) throw new Error("the child read something else");
    }
    const { operations, inFlight } = fs.stats();
    const { pool = 0, js = 0 } = operations.writeFile;
    await fs[Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]();
    await tell({ found, written: pool + js, inFlight });
    process.disconnect();
  });
  process.send("ready");
`;

/** An engine at work: reads of a silent FIFO, open files and directories, and a loop of reads that goes on. */
const parent = (backend: string, folder: string, begin: string): string => `
  ${names}
  const { fork, execFileSync } = require("node:child_process");
  const { once } = require("node:events");
  const path = require("node:path");
  const { AsyncContext, createFs } = require("caio");
  const folder = ${JSON.stringify(folder)};
  const file = path.join(folder, "child.cjs");
  const env = { ...process.env, CAIO_TEST_BACKEND: "${backend}", CAIO_TEST_FOLDER: folder };
  const options = { env, execArgv: [], stdio: ["pipe", "pipe", "inherit", "ipc"] };
  const begin = ${begin};
  const inChild = () => execFileSync("ls", ["/proc/self/fd"], { encoding: "utf8", stdio: ["pipe", "pipe", "inherit"] });
  /** What is not O_CLOEXEC here. */
  const inheritable = () => nodeFs.readdirSync("/proc/self/fd").filter((fd) => target(fd) !== "closed" && !target(fd).endsWith("/fd")
    && (parseInt(/flags:\\s*(\\d+)/.exec(nodeFs.readFileSync("/proc/self/fdinfo/" + fd, "utf8"))[1], 8) & 0o2000000) === 0);
  /** What a child finds, and what it has done. */
  const run = async () => {
    const one = begin();
    await once(one, "message");
    one.send("work");
    const [report] = await once(one, "message");
    const [code] = await once(one, "exit");
    return { ...report, code };
  };
  (async () => {
    const before = await run();
    const [given, kept] = [inChild(), inheritable()];
    const fs = createFs({ backend: "${backend}", tryNow: false });
    const context = new AsyncContext({ backend: "${backend}", tryNow: false });
    execFileSync("mkfifo", [path.join(folder, "fifo")]);
    const fifo = nodeFs.openSync(path.join(folder, "fifo"), "r+");
    const waiting = [context.read(5, fifo, null), context.read(5, fifo, null)];
    const handle = await fs.open(path.join(folder, "parent"), "w+");
    await handle.write("parent");
    const directory = await fs.opendir(folder);
    let over = false;
    let reads = 0;
    const loop = async () => {
      while (!over) {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0);
        if (String(buffer.subarray(0, bytesRead)) !== "parent") throw new Error("the parent read something else");
        reads++;
      }
    };
    const loops = [loop(), loop(), loop()];
    const during = await Promise.all([run(), run(), run()]);
    const [listed, inherited] = [inChild(), inheritable()];
    nodeFs.writeSync(fifo, "first");
    const first = String(await Promise.race(waiting));
    nodeFs.writeSync(fifo, "other");
    const all = (await Promise.all(waiting)).map(String).sort();
    over = true;
    await Promise.all(loops);
    await directory.close();
    await handle.close();
    await context.close();
    console.log(JSON.stringify({ before, during, listed, given, inherited, kept, first, all, reads, inFlight: fs.stats().inFlight }));
    process.exit(0);
  })();
`;

interface Report {
  readonly found: readonly string[];
  readonly written: number;
  readonly inFlight: number;
  readonly code: number;
}

interface Parents {
  readonly before: Report;
  readonly during: readonly Report[];
  readonly listed: string;
  readonly given: string;
  readonly inherited: readonly string[];
  readonly kept: readonly string[];
  readonly first: string;
  readonly all: readonly string[];
  readonly reads: number;
  readonly inFlight: number;
}

const ways = {
  "child_process.fork": `() => fork(file, [], options)`,
  "child_process.spawn": `() => require("node:child_process").spawn(process.execPath, [file], options)`,
  "cluster.fork": `() => {
    const cluster = require("node:cluster");
    cluster.setupPrimary({ exec: file, args: [], silent: false, execArgv: [] });
    return cluster.fork(env);
  }`,
};

for (const { name, available, reason } of backends()) {
  describe(`A process whose engine is on ${name}`, () => {
    let folder = "";
    before(function () {
      const missing = available ? undefined : reason;
      const why = process.platform === "linux" ? missing : "descriptors are looked at in /proc";
      if (why !== undefined && why !== null) {
        console.log(`      ${name}: ${why}`);
        this.skip();
      }
      nodeFs.mkdirSync(path.join(packageRoot, "scratch"), { recursive: true });
      folder = nodeFs.mkdtempSync(path.join(packageRoot, "scratch", "caio-children-"));
      nodeFs.writeFileSync(path.join(folder, "child.cjs"), child);
    });
    afterEach(() => nodeFs.rmSync(path.join(folder, "fifo"), { force: true }));
    after(() => {
      if (folder !== "") nodeFs.rmSync(folder, { recursive: true });
    });

    for (const [way, begin] of Object.entries(ways)) {
      it(`shares nothing with the children of ${way}, and goes on while they work`, function () {
        this.timeout(60_000);
        const { stdout, stderr, status } = runNode(parent(name, folder, begin));
        expect({ stderr, status }).deep.equal({ stderr: "", status: 0 });
        const { before, during, listed, given, inherited, kept, first, all, reads, inFlight } = JSON.parse(stdout) as Parents;
        // What a child has before there is any engine is Node's.
        for (const report of during) expect(report).deep.equal(before);
        expect(before).include({ written: 50, inFlight: 0, code: 0 });
        expect(listed).equal(given);
        expect(inherited).deep.equal(kept);
        expect(first).equal("first");
        expect(all).deep.equal(["first", "other"]);
        expect(reads).above(0);
        expect(inFlight).equal(0);
      });
    }
  });
}
