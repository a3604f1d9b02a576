/** The Buffers of readFile lie in memory of the engine's, which is given out again. */

import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import { peakMemory, runNode } from "./child";
import { packageRoot } from "./matrix";

const sizes = [5 << 20, (4 << 20) + 1, (6 << 20) - 1, 20 << 20, 3000, 100_000, 300_000, 300_001];

describe("Buffers of whole files", () => {
  const folder = path.join(packageRoot, "scratch", `large-buffers-${process.pid}`);
  const files = sizes.map((_, index) => path.join(folder, `file-${index}`));

  before(() => {
    nodeFs.mkdirSync(folder, { recursive: true });
    sizes.forEach((size, index) => nodeFs.writeFileSync(files[index] as string, Buffer.alloc(size, index + 1)));
  });
  after(() => nodeFs.rmSync(folder, { recursive: true }));

  for (const entry of ["caio/fs", "caio/fs/linux", "caio/fs/thread"]) {
    it(`of ${entry} stay what they are while others' memory is given out again`, () => {
      const { stdout, stderr } = runNode(
        `
        const fs = require(${JSON.stringify(entry)});
        const files = ${JSON.stringify(files)};
        const sizes = ${JSON.stringify(sizes)};
        const kept = [];
        const isRight = ({ index, content }) =>
          content.length === sizes[index] && content.buffer.byteLength === sizes[index] && content.equals(Buffer.alloc(sizes[index], index + 1));
        const lane = async (at) => {
          for (let i = 0; i < 40; i++) {
            const index = (i + at) % files.length;
            const read = { index, content: await fs.readFile(files[index]) };
            if (!isRight(read)) throw new Error("wrong at once");
            if (i % 9 === at) kept.push(read);
            if (i % 7 === 0) global.gc();
          }
        };
        Promise.all([lane(0), lane(1)]).then(() => console.log(kept.length, kept.every(isRight)));
      `,
        { nodeOptions: ["--expose-gc"] },
      );
      expect([stdout, stderr]).deep.equal(["10 true\n", ""]);
    });
  }

  it("have V8 collect its whole heap no more often than Node's do", () => {
    const collections = (module: string, depth: number): number => {
      const { stdout, stderr } = runNode(`
        const { PerformanceObserver, constants } = require("node:perf_hooks");
        const fs = require(${JSON.stringify(module)});
        let majors = 0;
        globalThis.kept = Array.from({ length: 300_000 }, (_, index) => ({ index }));
        new PerformanceObserver((list) => {
          for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) majors++;
        }).observe({ entryTypes: ["gc"] });
        (async () => {
          let left = 20_000;
          await Promise.all(Array.from({ length: ${depth} }, async () => { while (left-- > 0) await fs.readFile(${JSON.stringify(files[5])}); }));
          setTimeout(() => console.log(majors), 50);
        })();
      `);
      expect(stderr).equal("");
      return Number(stdout);
    };
    // 2 GB: one for each 64 MiB would be thirty.
    for (const depth of [1, 32]) expect(collections("caio/fs", depth)).most(collections("node:fs/promises", depth) + 10);
  });

  it("are collected when nobody has them any more, in workers that end, too", () => {
    const { stdout, stderr } = runNode(`
      const { Worker } = require("node:worker_threads");
      const fs = require("caio/fs");
      const file = ${JSON.stringify(files[3])};
      const read = async (count) => { for (let i = 0; i < count; i++) await fs.readFile(file); };
      (async () => {
        await read(60);
        for (let i = 0; i < 6; i++) {
          const worker = new Worker(\`require("caio/fs").readFile(\${JSON.stringify(file)}).then((content) => { globalThis.kept = content; process.exit(); });\`, { eval: true });
          await new Promise((resolve) => worker.on("exit", resolve));
        }
        await read(60);
        console.log(${peakMemory} < 700 * 1024);
      })();
    `);
    expect([stdout, stderr]).deep.equal(["true\n", ""]);
  });
});
