import { expect } from "chai";
import { spawnSync } from "node:child_process";
import nodeFs from "node:fs";
import path from "node:path";
import { backends } from "caio";
import { runNode } from "./child";
import { packageRoot } from "./matrix";

/**
 * Loaded before everything else: by this symbol of its C++ library the addon knows a runtime whose memory it cannot take
 * hold of, such as Electron. Everything goes through memory of the addon's own then, and Node-API alone.
 */
const library = "void _ZNSt3__119__shared_weak_count14__release_weakEv(void) {}\n";

/** Every test of these, but that of memory which is transferred: what is read into it in flight is lost there. */
const specs = ["fs-buffers", "fs-whole-files", "context-read-write"];

const transferred = `
  const fs = require("caio/fs");
  (async () => {
    await fs.writeFile(file, Buffer.alloc(4 << 20, 5));
    const handle = await fs.open(file);
    const buffer = new Uint8Array(4 << 20);
    const reading = handle.read(buffer, 0, buffer.length, 0);
    const moved = structuredClone(buffer, { transfer: [buffer.buffer] });
    const { bytesRead } = await reading;
    const whole = new Uint8Array(await fs.readFile(file));
    await handle.close();
    console.log(JSON.stringify([bytesRead, moved.every((byte) => byte === 0), whole.every((byte) => byte === 5)]));
  })();
`;

describe("A runtime that gives no hold on its memory", () => {
  const folder = path.join(packageRoot, "scratch", `foreign-memory-${process.pid}`);
  const preloaded = path.join(folder, "library.so");
  const env = { LD_PRELOAD: preloaded };

  before(function () {
    nodeFs.mkdirSync(folder, { recursive: true });
    nodeFs.writeFileSync(path.join(folder, "library.c"), library);
    const { status } = spawnSync("cc", ["-shared", "-fPIC", "-o", preloaded, path.join(folder, "library.c")]);
    if (process.platform === "linux" && status === 0 && backends().some(({ name, available }) => available && name !== "js")) return;
    console.log("      the addon, cc, or a loader that takes LD_PRELOAD, is not to be had here");
    this.skip();
  });
  after(() => nodeFs.rmSync(folder, { recursive: true }));

  for (const spec of specs)
    it(`passes the tests of ${spec}`, function () {
      this.timeout(240_000);
      const mocha = path.join(packageRoot, "node_modules", "mocha", "bin", "mocha.js");
      const args = [mocha, "--no-config", "--timeout", "60000", "--grep", "may be transferred", "--invert", path.join(packageRoot, "out/test", `${spec}.js`)];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: packageRoot, env: { ...process.env, ...env }, encoding: "utf8" });
      expect(status, stdout + stderr).equal(0);
      expect(Number(/(\d+) passing/.exec(stdout)?.[1])).above(30);
    });

  it("leaves memory alone that was transferred while it was read into", () => {
    const { stdout, stderr } = runNode(`const file = ${JSON.stringify(path.join(folder, "large"))};${transferred}`, { env });
    expect([stdout, stderr]).deep.equal(["[4194304,true,true]\n", ""]);
  });
});
