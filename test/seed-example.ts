import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { backends } from "caio";
import { main } from "../examples/seed";
import { runNode } from "./child";
import { packageRoot } from "./matrix";

describe("The example of the seed's README", () => {
  let folder = "";
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "caio-seed-"));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("prints what the README says", async () => {
    const lines: string[] = [];
    await main(path.join(folder, "test.file"), (line) => lines.push(line));
    expect(lines).to.deep.equal(["Hello world", "Hello from async world"]);
  });

  for (const { name, available, reason } of backends()) {
    it(`runs as a program on ${name}`, function () {
      if (!available) {
        console.log(`      ${name}: ${reason}`);
        this.skip();
      }
      const program = path.join(packageRoot, "out", "examples", "seed.js");
      const script = `process.argv[1] = "seed"; require(${JSON.stringify(program)}).main("test.file", console.log);`;
      const { stdout, stderr, status } = runNode(script, { cwd: folder, env: { CAIO_IMPL: name } });
      expect({ stdout, stderr, status }).to.deep.equal({ stdout: "Hello world\nHello from async world\n", stderr: "", status: 0 });
    });
  }
});
