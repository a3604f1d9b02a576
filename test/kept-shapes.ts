import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import { backends } from "caio";
import { runNode } from "./child";
import { packageRoot } from "./matrix";

/** Reads and stats until V8 has compiled what they go through, then collects garbage while nothing is in flight. */
const script = (backend: string, file: string): string => `
  const fs = require("caio/fs/${backend}");
  (async () => {
    const file = ${JSON.stringify(file)};
    const handle = await fs.open(file);
    const buffer = Buffer.alloc(4096);
    const times = async (work) => {
      for (let round = 0; round < 400; round++) await Promise.all(Array.from({ length: 64 }, work));
    };
    for (const work of [() => handle.read(buffer, 0, 4096, 0), () => fs.readFile(file), () => fs.stat(file), () => fs.access(file)])
      await times(work);
    console.log("COLLECTED");
    globalThis.gc();
    await handle.close();
  })();
`;

describe("Compiled code", () => {
  const file = path.join(packageRoot, "scratch", `kept-shapes-${process.pid}`);
  before(() => {
    nodeFs.mkdirSync(path.dirname(file), { recursive: true });
    nodeFs.writeFileSync(file, Buffer.alloc(4096));
  });
  after(() => nodeFs.rmSync(file));

  for (const { name, available, reason } of backends().filter((backend) => backend.name !== "js"))
    it(`of operations survives a garbage collection that finds none in flight (${name})`, function () {
      if (!available) {
        console.log(`      ${name}: ${reason ?? "unavailable"}`);
        this.skip();
      }
      const { stdout, status } = runNode(script(name, file), { nodeOptions: ["--expose-gc", "--trace-opt", "--trace-deopt"] });
      expect(status).equal(0);
      const [before = "", after = ""] = stdout.split("COLLECTED");
      // Else nothing could be lost.
      expect(before).match(/completed optimizing .*<JSFunction collect\b/);
      const lost = after.split("\n").filter((line) => /\b(take|settle|collect|complete|transfer|Parked\w+|RecordedStats)>.*weak objects/.test(line));
      expect(lost).deep.equal([]);
    });
});
