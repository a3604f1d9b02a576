/** Texts from 16 MiB on lie in memory of the engine's, not in JavaScript's heap; where its pages are dear, from 128 KiB on. */

import { expect } from "chai";
import { constants } from "node:buffer";
import nodeFs from "node:fs";
import path from "node:path";
import { peakMemory, runNode } from "./child";
import { packageRoot } from "./matrix";

const size = 20 << 20;

const inWorker = `
  const { parentPort, workerData } = require("node:worker_threads");
  require("caio/fs").readFile(workerData, "utf8").then((text) => { globalThis.kept = text; parentPort.postMessage(text.length); });
  setInterval(() => undefined, 1000);
`;

describe("Long texts", () => {
  const folder = path.join(packageRoot, "scratch", `long-text-${process.pid}`);
  const file = path.join(folder, "text");
  const shorter = [
    { name: "ascii", part: "plain text, " },
    { name: "cyrillic", part: "русский текст, " },
  ].map(({ name, part }) => ({ name, part, times: 25_000, file: path.join(folder, name) }));

  before(() => {
    nodeFs.mkdirSync(folder, { recursive: true });
    nodeFs.writeFileSync(file, Buffer.alloc(size, "plain text, "));
    for (const { file: shorterFile, part, times } of shorter) nodeFs.writeFileSync(shorterFile, part.repeat(times));
  });
  after(() => nodeFs.rmSync(folder, { recursive: true }));

  it("are collected when nobody has them any more", () => {
    const { stdout, stderr } = runNode(`
      const fs = require("caio/fs");
      (async () => {
        let length = 0;
        for (let i = 0; i < 60; i++) length += (await fs.readFile(${JSON.stringify(file)}, "utf8")).length;
        console.log(length, ${peakMemory} < 700 * 1024);
      })();
    `);
    expect([stdout, stderr]).deep.equal([`${60 * size} true\n`, ""]);
  });

  it("are collected beside a large heap, too", () => {
    const { stdout, stderr } = runNode(`
      const fs = require("caio/fs");
      globalThis.kept = Array.from({ length: 1_000_000 }, (_, index) => ({ index }));
      (async () => {
        for (let i = 0; i < 60; i++) await fs.readFile(${JSON.stringify(file)}, "utf8");
        console.log(${peakMemory} < 1000 * 1024);
      })();
    `);
    expect([stdout, stderr]).deep.equal(["true\n", ""]);
  });

  it("stay what they are while they are used, through every collection", () => {
    const { stdout, stderr } = runNode(
      `
      const fs = require("caio/fs");
      (async () => {
        const text = await fs.readFile(${JSON.stringify(file)}, "utf8");
        const part = text.slice(1000, 2000);
        for (let i = 0; i < 10; i++) { await fs.readFile(${JSON.stringify(file)}, "utf8"); global.gc(); await new Promise(setImmediate); }
        console.log(text === "plain text, ".repeat(${size} / 12 + 1).slice(0, ${size}), part === text.slice(1000, 2000), /zebra/.test(text));
      })();
    `,
      { nodeOptions: ["--expose-gc"] },
    );
    expect([stdout, stderr]).deep.equal(["true true false\n", ""]);
  });

  for (const { name, part, times, file: shorterFile } of shorter) {
    it(`of some hundred KiB are collected, and stay what they are while they are used (${name})`, () => {
      const { stdout, stderr } = runNode(
        `
        const fs = require("caio/fs");
        (async () => {
          const kept = [];
          let length = 0;
          for (let i = 0; i < 2000; i++) {
            const text = await fs.readFile(${JSON.stringify(shorterFile)}, "utf8");
            if (i % 100 === 0) kept.push(text, text.slice(1000, 2000));
            length += text.length;
          }
          global.gc();
          const content = ${JSON.stringify(part)}.repeat(${times});
          console.log(length / content.length, kept.every((text, index) => text === (index % 2 ? content.slice(1000, 2000) : content)), ${peakMemory} < 500 * 1024);
        })();
      `,
        { nodeOptions: ["--expose-gc"] },
      );
      expect([stdout, stderr]).deep.equal(["2000 true true\n", ""]);
    });
  }

  it("that no string can hold are refused as Node refuses them", () => {
    nodeFs.writeFileSync(file, "");
    nodeFs.truncateSync(file, constants.MAX_STRING_LENGTH + 1);
    const { stdout, stderr } = runNode(`
      const fs = require("caio/fs");
      const file = ${JSON.stringify(file)};
      const said = (promise) => promise.then(({ length }) => String(length), ({ name, message, code }) => JSON.stringify([name, message, code]));
      (async () => {
        const all = [];
        // Half a gibibyte each time.
        for (const encoding of ["utf8", "latin1"]) all.push(await said(require("node:fs/promises").readFile(file, encoding)));
        for (const encoding of ["utf8", "latin1"]) {
          const handle = await fs.open(file);
          all.push(await said(fs.readFile(file, encoding)), await said(handle.readFile(encoding)));
          await handle.close();
        }
        all.push(await said(require("caio/fs/js").readFile(file, "utf8")));
        console.log(new Set(all).size, all[0]);
      })();
    `);
    nodeFs.writeFileSync(file, Buffer.alloc(size, "plain text, "));
    expect([stdout, stderr]).deep.equal(['1 ["RangeError","Invalid string length",null]\n', ""]);
  }).timeout(60_000);

  it("end with the worker that has them", () => {
    const { stdout, stderr, status } = runNode(`
      const { Worker } = require("node:worker_threads");
      const { once } = require("node:events");
      (async () => {
        for (let i = 0; i < 5; i++) {
          const worker = new Worker(${JSON.stringify(inWorker)}, { eval: true, workerData: ${JSON.stringify(file)} });
          const [length] = await once(worker, "message");
          if (length !== ${size}) throw new RangeError(String(length));
          await worker.terminate();
        }
        console.log("ended", ${peakMemory} < 700 * 1024);
      })();
    `);
    expect([stdout, stderr, status]).deep.equal(["ended true\n", "", 0]);
  });

  it("of which nobody has heard end with their worker as well", () => {
    const { stdout, stderr, status } = runNode(`
      const { Worker } = require("node:worker_threads");
      const { setTimeout } = require("node:timers/promises");
      (async () => {
        for (let i = 0; i < 10; i++) {
          const worker = new Worker(${JSON.stringify(inWorker)}, { eval: true, workerData: ${JSON.stringify(file)} });
          await setTimeout(60 + i * 8);
          await worker.terminate();
        }
        console.log("ended");
      })();
    `);
    expect([stdout, stderr, status]).deep.equal(["ended\n", "", 0]);
  });
});
