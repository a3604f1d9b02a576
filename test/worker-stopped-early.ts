import { expect } from "chai";
import { backends } from "caio";
import { runNode } from "./child";

/** How many moments of a worker's beginning are tried. */
const moments = 60;

describe("A worker that is terminated while it begins", () => {
  for (const { name, available, reason } of backends())
    it(`ends, and nothing else does, on ${name}`, function () {
      if (!available) {
        console.log(`      ${name} is not available here: ${reason}`);
        this.skip();
      }
      // Stopped at all times between nothing and the first answer: while modules and the addon are loaded, and the engine is made.
      const { stdout, stderr, status } = runNode(`
        const { Worker } = require("node:worker_threads");
        const { once } = require("node:events");
        const { setTimeout } = require("node:timers/promises");
        const begin = () => new Worker(\`
          const { parentPort } = require("node:worker_threads");
          require("caio/fs/${name}").readdir("/").then(() => parentPort.postMessage("read"));
        \`, { eval: true });
        (async () => {
          const begun = performance.now();
          const whole = begin();
          await once(whole, "message");
          const long = performance.now() - begun;
          await whole.terminate();
          for (let moment = 0; moment < ${moments}; moment++) {
            const worker = begin();
            await setTimeout((long * moment) / ${moments});
            await worker.terminate();
          }
          console.log("ended");
        })();
      `);
      expect([stdout, stderr, status]).deep.equal(["ended\n", "", 0]);
    });
});
