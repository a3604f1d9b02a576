import { expect } from "chai";
import { backends } from "caio";
import { runNode } from "./child";

/** Each in a process of its own: what is asked is whether that process lives and ends as it should. */
for (const { name, available, reason } of backends()) {
  describe(`A context on ${name} whose owner goes away`, () => {
    before(function () {
      if (available) return;
      console.log(`      ${name}: ${reason}`);
      this.skip();
    });

    it("does not keep the process alive while nothing is in flight", () => {
      const script = `globalThis.ctx = new (require("caio").AsyncContext)({ backend: "${name}" });`;
      expect(runNode(script)).to.include({ stderr: "", status: 0 });
    });

    it("keeps the process alive while something is", () => {
      const script = `
        const fd = require("node:fs").openSync("package.json");
        const ctx = new (require("caio").AsyncContext)({ backend: "${name}", tryNow: false });
        ctx.read(10, fd).then((bytes) => console.log(bytes.length));
      `;
      expect(runNode(script)).to.deep.equal({ stdout: "10\n", stderr: "", status: 0 });
    });

    it("gives its descriptors back when it is collected without having been closed", function () {
      if (process.platform !== "linux") this.skip();
      const script = `
        const fs = require("node:fs");
        const { AsyncContext } = require("caio");
        const fd = fs.openSync("package.json");
        const count = () => fs.readdirSync("/proc/self/fd").length;
        const turn = () => new Promise((resolve) => setTimeout(resolve, 10));
        (async () => {
          const before = count();
          for (let round = 0; round < 50; round++) void new AsyncContext({ backend: "${name}" }).read(10, fd);
          for (let tries = 0; tries < 200 && count() > before + 5; tries++) { await turn(); gc(); }
          console.log(count() <= before + 5);
        })();
      `;
      expect(runNode(script, { nodeOptions: ["--expose-gc"] })).to.deep.equal({ stdout: "true\n", stderr: "", status: 0 });
    });

    it("lets process.exit() through with operations in flight", () => {
      const script = `
        const fd = require("node:fs").openSync("package.json");
        const ctx = new (require("caio").AsyncContext)({ backend: "${name}", tryNow: false });
        for (let index = 0; index < 100; index++) void ctx.read(1000, fd, index);
        process.exit(7);
      `;
      expect(runNode(script)).to.deep.equal({ stdout: "", stderr: "", status: 7 });
    });

    it("dies with its worker, operations in flight or not", () => {
      const script = `
        const { Worker } = require("node:worker_threads");
        const body = 'const fd = require("node:fs").openSync("package.json");' +
          'const ctx = new (require("caio").AsyncContext)({ backend: "${name}", tryNow: false });' +
          'const loop = () => ctx.read(1000, fd).then(loop); for (let index = 0; index < 32; index++) void loop();' +
          'require("node:worker_threads").parentPort.postMessage("running");';
        (async () => {
          for (let round = 0; round < 5; round++) {
            const worker = new Worker(body, { eval: true });
            await new Promise((resolve) => worker.once("message", resolve));
            await worker.terminate();
          }
          console.log("survived");
        })();
      `;
      expect(runNode(script)).to.deep.equal({ stdout: "survived\n", stderr: "", status: 0 });
    });
  });
}
