import { expect } from "chai";
import { runNode } from "./child";

/** Replaces functions of node:fs, as those packages do that put files where the disk has none. */
const patched = (order: "before" | "after"): string => {
  const load = `const promises = require("caio/fs");`;
  const patch = `
    const nodeFs = require("node:fs");
    const { open, stat } = nodeFs;
    nodeFs.open = (path, ...rest) => open(path === "/no/such/file" ? "/proc/sys/kernel/ostype" : path, ...rest);
    nodeFs.stat = (path, options, done) => (path === "/no/such/folder" ? stat("/", options, done) : stat(path, options, done));`;
  return `
    ${order === "before" ? patch + load : load + patch}
    (async () => {
      const handle = await promises.open("/no/such/file");
      const { bytesRead } = await handle.read(Buffer.alloc(64));
      await handle.close();
      const text = await promises.readFile("/no/such/file", "utf8");
      console.log(text.trim(), bytesRead === text.length, (await promises.stat("/no/such/folder")).isDirectory());
    })();`;
};

describe("node:fs, patched, with CAIO_IMPL=js", () => {
  for (const order of ["before", "after"] as const) {
    it(`keeps its meaning when it was patched ${order} caio/fs was loaded`, () => {
      expect(runNode(patched(order), { env: { CAIO_IMPL: "js" } })).to.deep.equal({ stdout: "Linux true true\n", stderr: "", status: 0 });
    });
  }
});
