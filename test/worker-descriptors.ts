import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { backends } from "caio";
import { packageRoot } from "./matrix";

/** How often this process has the file open, or one below it. */
const timesOpen = (place: string): number =>
  readdirSync("/proc/self/fd")
    .map((name) => `/proc/self/fd/${name}`)
    .filter((link) => existsSync(link) && readlinkSync(link).startsWith(place)).length;

/** Where a worker's thread may be stopped for good, and the file is in nobody's hands. */
const moments: Readonly<Record<string, string>> = {
  "an open has been answered, and nobody has taken the answer": `
    await engine.open(file, fs.constants.O_RDONLY, 0);
    stop();
  `,
  "a handle is being closed, and the engine has not heard of it": `
    const handle = await fs.open(file);
    engine.close = stop;
    await handle.close();
  `,
  "readFile reads a file piece by piece": `
    engine.read = stop;
    await fs.readFile(file);
  `,
  "readFile is about to close its file": `
    engine.close = stop;
    await fs.readFile(file);
  `,
  "truncate is at work": `
    engine.ftruncate = stop;
    await fs.truncate(file, 10);
  `,
  "cp is at work in a directory": `
    engine.chmod = stop;
    await fs.cp(folder, folder + "-copy", { recursive: true });
  `,
};

/** What leaves nothing to be closed: whoever closed it once more might close somebody else's file of that number. */
const settled: Readonly<Record<string, string>> = {
  "has a handle, which is Node's to close": `
    await fs.open(file);
  `,
  "has closed its handle": `
    await (await fs.open(file)).close();
  `,
  "has closed its handle after its engine": `
    const handle = await fs.open(file);
    await engine.end();
    await handle.close();
  `,
  "has read, truncated and copied": `
    await fs.readFile(file);
    await fs.truncate(file, 10);
    await fs.cp(folder, folder + "-copy", { recursive: true });
  `,
};

const body = (backend: string, tryNow: boolean, folder: string, script: string): string => `
  const path = require("node:path");
  const { parentPort } = require("node:worker_threads");
  const from = (name) => require(path.join(${JSON.stringify(packageRoot)}, "dist", name));
  const { createEngine, defaultOptions } = from("backends/select.js");
  const { engine } = createEngine(${JSON.stringify(backend)}, { ...defaultOptions, tryNow: ${tryNow} });
  const fs = from("fs/surface.js").makeFileSystem(() => engine);
  const folder = ${JSON.stringify(folder)};
  const file = path.join(folder, "file");
  // For good: what is still to be done when a call of the engine is made will not be.
  const stop = () => {
    parentPort.postMessage(from("backends/addon.js").loadAddon().native.unclaimed.indexOf(1));
    for (;;);
  };
  (async () => {
    // Node's class of handles is known from now on.
    await (await fs.open(file)).close();
    ${script}
  })();
`;

for (const { name, available, reason } of backends()) {
  if (name === "js") continue;
  for (const tryNow of [true, false]) {
    describe(`A worker that ends, on ${name}${tryNow ? "" : " without try-now"}`, () => {
      let folder = "";
      before(function () {
        if (available && process.platform === "linux") return;
        console.log(`      ${name}: ${reason ?? "there is no /proc to look into"}`);
        this.skip();
      });
      beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "caio-worker-"));
        // What is not all files is copied in directories that are held open.
        mkdirSync(path.join(folder, "inner"));
        for (const each of ["one", "another"]) writeFileSync(path.join(folder, each), Buffer.alloc(1 << 16, 1));
        // More than is read in one step.
        writeFileSync(path.join(folder, "file"), Buffer.alloc(1 << 19, 1));
      });
      afterEach(() => {
        for (const each of [folder, `${folder}-copy`]) rmSync(each, { recursive: true, force: true });
      });

      interface Told {
        /** Some descriptor that is to be closed when the worker ends, or −1. */
        readonly unclaimed: number;
        readonly timesOpen: number;
      }

      async function endOf(script: string): Promise<Told> {
        const worker = new Worker(body(name, tryNow, folder, script), { eval: true });
        const unclaimed = await new Promise<number>((resolve, reject) => worker.once("message", resolve).once("error", reject));
        const told = { unclaimed, timesOpen: timesOpen(folder) };
        await worker.terminate();
        return told;
      }

      for (const [moment, script] of Object.entries(moments)) {
        it(`closes the file while ${moment}`, async () => {
          expect((await endOf(script)).timesOpen).to.be.greaterThan(0);
          expect(timesOpen(folder)).to.equal(0);
        });
      }

      for (const [what, script] of Object.entries(settled)) {
        it(`closes nothing of the engine's when it ${what}`, async () => {
          expect((await endOf(`${script}; stop();`)).unclaimed).to.equal(-1);
          expect(timesOpen(folder)).to.equal(0);
        });
      }
    });
  }
}
