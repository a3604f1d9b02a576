/** Buffers from 4 MiB on lie in memory of the engine's, which is given out again. */

import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import { runNode } from "./child";
import { packageRoot } from "./matrix";

const sizes = [5 << 20, (4 << 20) + 1, (6 << 20) - 1, 20 << 20];

describe("Large Buffers", () => {
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
        console.log(process.resourceUsage().maxRSS < 700 * 1024);
      })();
    `);
    expect([stdout, stderr]).deep.equal(["true\n", ""]);
  });
});
