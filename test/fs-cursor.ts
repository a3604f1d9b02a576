import { expect } from "chai";
import { execFileSync } from "node:child_process";
import nodeFs from "node:fs";
import { eachFileSystem } from "./fs-matrix";

const blocks = 200;
const blockSize = 4096;

eachFileSystem("the cursor of a FileHandle", ({ fs, place }) => {
  it("serves concurrent reads in the order of their calls, each byte once", async () => {
    const whole = Buffer.alloc(blocks * blockSize);
    for (let block = 0; block < blocks; block++) whole.fill(block, block * blockSize, (block + 1) * blockSize);
    nodeFs.writeFileSync(place("ordered"), whole);
    const handle = await fs.open(place("ordered"));
    const reads = Array.from({ length: blocks }, () => handle.read(Buffer.alloc(blockSize), 0, blockSize, null));
    const parts = (await Promise.all(reads)).map(({ buffer, bytesRead }) => buffer.subarray(0, bytesRead));
    expect(Buffer.concat(parts).equals(whole)).true;
    await handle.close();
  });

  it("serves concurrent writes in the order of their calls, whatever their form", async () => {
    const handle = await fs.open(place("written"), "w+");
    const writes = Array.from({ length: blocks }, (_, index) => {
      const text = `${String(index).padStart(4, "0")}\n`;
      if (index % 3 === 0) return handle.write(text);
      return index % 3 === 1 ? handle.write(Buffer.from(text)) : handle.writev([Buffer.from(text.slice(0, 2)), Buffer.from(text.slice(2))]);
    });
    await Promise.all(writes);
    const lines = Array.from({ length: blocks }, (_, index) => `${String(index).padStart(4, "0")}\n`);
    expect(nodeFs.readFileSync(place("written"), "utf8")).equal(lines.join(""));
    await handle.close();
  });

  it("is not moved by operations with a position", async () => {
    nodeFs.writeFileSync(place("still"), "0123456789");
    const handle = await fs.open(place("still"), "r+");
    await Promise.all([handle.read(Buffer.alloc(4), 0, 4, 2), handle.write("x", 9)]);
    expect(await handle.readFile("utf8")).equal("012345678x");
    expect(await handle.readFile("utf8")).equal("");
    await handle.close();
  });

  it("lets a write pass a read that waits, where there is none", async () => {
    execFileSync("mkfifo", [place("fifo")]);
    const handle = await fs.open(place("fifo"), "r+");
    const reading = handle.read(Buffer.alloc(5), 0, 5, null);
    await handle.write("hello");
    expect((await reading).buffer.toString()).equal("hello");
    await handle.close();
  });

  it("writes more buffers than one call of writev(2) takes, without anybody in between", async () => {
    const handle = await fs.open(place("many"), "w");
    const many = Array.from({ length: 3000 }, () => Buffer.from("ab"));
    const [{ bytesWritten }] = await Promise.all([handle.writev(many), handle.write("!")]);
    expect(bytesWritten).equal(6000);
    expect(nodeFs.readFileSync(place("many"), "utf8")).equal(`${"ab".repeat(3000)}!`);
    await handle.close();
  });
});
