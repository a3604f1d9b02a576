import { execFileSync } from "node:child_process";
import nodeFs from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { createFs } from "caio";
import { openFifo } from "./fifo";
import { eachCell } from "./matrix";
import { rejection } from "./rejection";

const readers = 32;
const inProc = "/proc/self/fd";

/** How many descriptors of it were opened without O_NONBLOCK; undefined where the system does not tell. */
function opened(name: string): number | undefined {
  if (!nodeFs.existsSync(inProc)) return undefined;
  return nodeFs.readdirSync(inProc).filter((fd) => {
    try {
      if (nodeFs.readlinkSync(path.join(inProc, fd)) !== name) return false;
      const [, flags] = /flags:\s*(\d+)/.exec(nodeFs.readFileSync(`${inProc}info/${fd}`, "utf8")) ?? [];
      return (parseInt(flags ?? "", 8) & nodeFs.constants.O_NONBLOCK) === 0;
    } catch {
      return false;
    }
  }).length;
}
const why = "js: libuv would wait for each of them on one of its four threads";

eachCell("Reads of a FIFO", (cell) => {
  let fifo = -1;
  let name = "";
  beforeEach(function () {
    if (cell.backend === "js") {
      console.log(`      ${why}`);
      this.skip();
    }
    name = path.join(cell.folder(), `many-${Math.random()}`);
    execFileSync("mkfifo", [name]);
    fifo = nodeFs.openSync(name, "r+");
  });
  afterEach(() => {
    if (fifo >= 0) nodeFs.closeSync(fifo);
    fifo = -1;
  });

  it(`of which ${readers} wait for one byte at a time leave the pool to others`, async () => {
    await using fs = createFs({ backend: cell.backend, tryNow: cell.tryNow, poolSize: 2 });
    const other = path.join(cell.folder(), "other");
    // Every second one by a description of its own, so that nobody can keep them in line by the descriptor.
    const handles = await Promise.all(Array.from({ length: readers / 2 }, () => fs.open(name, "r+")));
    const [shared] = handles;
    if (shared === undefined) throw new Error("the first one has a handle");
    let ended = 0;
    const reads = handles.flatMap((handle) => [handle, shared]).map(async (handle) => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(8), 0, 8, null);
      ended++;
      return String(buffer.subarray(0, bytesRead));
    });
    for (let byte = 0; byte < readers; byte++) {
      nodeFs.writeSync(fifo, String.fromCharCode(65 + byte));
      await fs.writeFile(other, `after ${byte}`);
      expect(await fs.readFile(other, "utf8")).equal(`after ${byte}`);
      await fs.rename(other, `${other}-renamed`);
      while (ended <= byte) await fs.chmod(`${other}-renamed`, 0o600);
    }
    const all = (await Promise.all(reads)).join("");
    expect([...all].sort().join("")).equal(String.fromCharCode(...Array.from({ length: readers }, (_, index) => 65 + index)));
    await Promise.all(handles.map((handle) => handle.close()));
  });

  it("are ended for writers that write more than it holds only when all is written, as in Node", async () => {
    await using fs = createFs({ backend: cell.backend, tryNow: cell.tryNow, poolSize: 2 });
    const contents = Buffer.alloc(300_000, "0123456789");
    const writer = await fs.open(name, "r+");
    const writing = Promise.all([writer.write(contents), fs.stat(name)]);
    const vectored = writing.then(() => writer.writev([contents.subarray(0, 100_000), contents.subarray(100_000)]));
    const reader = await fs.open(name, "r");
    const pieces: Buffer[] = [];
    for (let left = 2 * contents.length; left > 0; ) {
      const { bytesRead, buffer } = await reader.read(Buffer.alloc(10_000), 0, 10_000, null);
      pieces.push(buffer.subarray(0, bytesRead));
      left -= bytesRead;
    }
    expect((await writing)[0].bytesWritten).equal(contents.length);
    expect((await vectored).bytesWritten).equal(contents.length);
    expect(Buffer.concat(pieces).equals(Buffer.concat([contents, contents]))).equal(true);
    await Promise.all([writer.close(), reader.close()]);
  });

  it("and opens that wait for its other side hold up neither a file that is too large nor a small one", async () => {
    await using fs = createFs({ backend: cell.backend, tryNow: cell.tryNow, poolSize: 2 });
    const large = path.join(cell.folder(), "large");
    nodeFs.writeFileSync(large, "");
    nodeFs.truncateSync(large, 6 * 2 ** 30);
    nodeFs.closeSync(fifo);
    const opens = Array.from({ length: 8 }, () => fs.readFile(name));
    const silent = openFifo(cell.folder());
    const ctx = cell.context();
    const read = ctx.read(1, silent, null);
    const handle = await fs.open(large);
    for (let round = 0; round < 5; round++) {
      expect(await rejection(fs.readFile(large))).include({ code: "ERR_FS_FILE_TOO_LARGE" });
      expect(await rejection(handle.readFile())).include({ code: "ERR_FS_FILE_TOO_LARGE" });
      expect(await fs.readFile(__filename)).length.above(0);
    }
    await handle.close();
    nodeFs.writeSync(silent, "x");
    expect(String(await read)).equal("x");
    nodeFs.closeSync(silent);
    fifo = nodeFs.openSync(name, "r+");
    nodeFs.writeSync(fifo, "come and gone");
    // An open that has not yet begun to wait would miss a writer that goes at once, and wait for the next.
    while ((opened(name) ?? Infinity) < opens.length + 1) await setImmediate();
    // Whoever reads it first has it; the end comes to all of them when nobody holds it open to write.
    nodeFs.closeSync(fifo);
    fifo = -1;
    expect(Buffer.concat(await Promise.all(opens)).toString()).equal("come and gone");
  });
});
