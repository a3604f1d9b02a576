import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import { createFs, stats } from "caio";
import { runNode } from "./child";
import { eachCell } from "./matrix";

eachCell("stats() of an instance", (cell) => {
  it("counts operations by kind and route, and the bytes that they moved", async () => {
    await using fs = createFs({ backend: cell.backend, tryNow: cell.tryNow });
    const name = path.join(cell.folder(), "counted");
    expect(fs.stats()).deep.equal({ backend: cell.backend, operations: {}, inFlight: 0, queueHighWater: 0, bytes: { read: 0, written: 0 } });
    await fs.writeFile(name, "x".repeat(1000));
    expect(fs.stats().bytes).deep.equal({ read: 0, written: 1000 });
    await fs.readFile(name);
    await fs.readFile(name, "utf8");
    expect(fs.stats().bytes).deep.equal({ read: 2000, written: 1000 });
    const handle = await fs.open(name, "r+");
    await handle.read(Buffer.alloc(600), 0, 600, 500);
    await handle.readv([Buffer.alloc(10), Buffer.alloc(20)], 0);
    await handle.write(Buffer.alloc(7), 0, 7, 0);
    await handle.writev([Buffer.alloc(1), Buffer.alloc(2)], 0);
    await handle.close();
    const { operations, bytes, inFlight } = fs.stats();
    expect(bytes).deep.equal({ read: 2530, written: 1010 });
    expect(inFlight).equal(0);
    const served = ({ tryNowHit = 0, ring = 0, ioSubmit = 0, pool = 0, js = 0 } = {}): number => tryNowHit + ring + ioSubmit + pool + js;
    expect(["readFile", "writeFile", "read", "readv", "write", "writev"].map((kind) => served(operations[kind]))).deep.equal([2, 1, 1, 1, 1, 1]);
    if (!cell.tryNow || cell.backend === "js") expect(operations["read"]).include({ tryNowHit: 0, tryNowMiss: 0 });
    expect(Object.keys(fs)).not.include("stats");
  });

  if (process.platform === "linux" && cell.backend !== "js")
    it("counts one operation for a file that the kernel makes up", async () => {
      await using fs = createFs({ backend: cell.backend, tryNow: cell.tryNow });
      expect(await fs.readFile("/proc/version", "utf8")).equal(nodeFs.readFileSync("/proc/version", "utf8"));
      expect(await fs.readFile("/proc/self/cmdline")).deep.equal(nodeFs.readFileSync("/proc/self/cmdline"));
      expect(Object.keys(fs.stats().operations)).deep.equal(["readFile"]);
    });

  it("counts the bytes of the file, not of the text that they became", async () => {
    await using fs = createFs({ backend: cell.backend, tryNow: cell.tryNow });
    const name = path.join(cell.folder(), "text");
    const texts = ["schön ".repeat(100), "速い ".repeat(100), "𝄞 ".repeat(100)];
    for (const text of texts) {
      nodeFs.writeFileSync(name, text);
      const before = fs.stats().bytes.read;
      const read = [await fs.readFile(name, "utf8"), ...(await Promise.all(Array.from({ length: 9 }, () => fs.readFile(name, "utf8"))))];
      expect(read.every((each) => each === text)).true;
      expect(fs.stats().bytes.read - before, text.slice(0, 4)).equal(10 * Buffer.byteLength(text));
    }
  });

  it("counts what many operations at a time moved, and remembers how many they were", async () => {
    await using fs = createFs({ backend: cell.backend, tryNow: cell.tryNow, maxRequests: 8 });
    const name = path.join(cell.folder(), "many");
    nodeFs.writeFileSync(name, Buffer.alloc(64 * 100));
    const handle = await fs.open(name, "r+");
    const before = fs.stats().bytes;
    await Promise.all(Array.from({ length: 64 }, (_, index) => handle.write(Buffer.alloc(100), 0, 100, index * 100)));
    await Promise.all(Array.from({ length: 64 }, (_, index) => handle.read(Buffer.alloc(100), 0, 100, index * 100)));
    await Promise.all(Array.from({ length: 64 }, () => fs.readFile(name)));
    const { bytes, queueHighWater, inFlight } = fs.stats();
    expect({ read: bytes.read - before.read, written: bytes.written - before.written }).deep.equal({ read: 6400 + 64 * 6400, written: 6400 });
    expect(inFlight).equal(0);
    expect(queueHighWater).within(cell.tryNow && cell.backend !== "js" ? 1 : 64, 64);
    await handle.close();
  });
});

describe("stats()", () => {
  it("tells of the engine that caio/fs shares", () => {
    const { stdout } = runNode(`
      const { stats } = require("caio");
      require("caio/fs").readFile("package.json").then(({ length }) => {
        const { bytes, backend, operations } = stats();
        console.log(JSON.stringify([bytes.read === length, backend, Object.keys(operations)]));
      });`, { env: { CAIO_IMPL: "js" } });
    expect(JSON.parse(stdout)).deep.equal([true, "js", ["readFile"]]);
    expect(stats()).to.have.all.keys("backend", "operations", "inFlight", "queueHighWater", "bytes");
  });
});
