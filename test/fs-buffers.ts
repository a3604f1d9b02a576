import { expect } from "chai";
import nodeFs from "node:fs";
import vm from "node:vm";
import { eachFileSystem } from "./fs-matrix";

eachFileSystem("the caller's memory", ({ fs, place }) => {
  it("may be transferred while it is read into", async () => {
    nodeFs.writeFileSync(place("large"), Buffer.alloc(4 << 20, 5));
    const handle = await fs.open(place("large"));
    const buffer = new Uint8Array(4 << 20);
    const reading = handle.read(buffer, 0, buffer.length, 0);
    const moved = structuredClone(buffer, { transfer: [buffer.buffer] });
    expect(buffer.length).equal(0);
    const { bytesRead } = await reading;
    expect(bytesRead).above(0);
    expect(moved.subarray(0, bytesRead).every((byte) => byte === 5)).true;
    await handle.close();
  });

  it("may hold the path, which is copied at the call", async () => {
    nodeFs.writeFileSync(place("path"), "right");
    const bytes = Buffer.from(place("path"));
    const reading = fs.readFile(bytes, "utf8");
    const opening = fs.open(bytes);
    bytes.fill("x");
    expect(await reading).equal("right");
    await (await opening).close();
  });

  it("may be a view of any kind, from any realm", async () => {
    nodeFs.writeFileSync(place("views"), "0123456789abcdef");
    const handle = await fs.open(place("views"), "r+");
    const foreign = vm.runInNewContext("new Uint8Array(4)") as Uint8Array;
    await handle.read(foreign, 0, 4, 0);
    expect(Buffer.from(foreign).toString()).equal("0123");
    const words = new Uint16Array(new SharedArrayBuffer(8), 2, 2);
    expect((await handle.read(words, 0, 4, 10)).buffer).equal(words);
    expect(Buffer.from(words.buffer, 2, 4).toString()).equal("abcd");
    await handle.write(new DataView(Buffer.from("xyz").buffer.slice(0, 0)), 0, 0, 0);
    await handle.write(new DataView(new Uint8Array([88, 89]).buffer), 0, 2, 0);
    expect(nodeFs.readFileSync(place("views"), "utf8").slice(0, 3)).equal("XY2");
    await handle.close();
  });

  it("is not shared by what readFile returns", async () => {
    for (const size of [1, 100, 70_000, 3_000_000]) {
      nodeFs.writeFileSync(place("own"), Buffer.alloc(size, 9));
      const bytes = await fs.readFile(place("own"));
      expect([bytes.byteOffset, bytes.buffer.byteLength]).deep.equal([0, size]);
    }
  });
});
