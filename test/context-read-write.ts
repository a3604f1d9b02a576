import fs from "node:fs";
import { expect } from "chai";
import { openFifo } from "./fifo";
import { eachCell } from "./matrix";

/** Bytes of which every position is recognisable. */
function pattern(length: number): Buffer {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let index = 0; index < words.length; index++) words[index] = Math.imul(index + 1, 2654435761);
  return Buffer.from(words.buffer, 0, length);
}

function dropCaches(): boolean {
  try {
    fs.writeFileSync("/proc/sys/vm/drop_caches", "1");
    return true;
  } catch {
    return false;
  }
}

eachCell("AsyncContext reads and writes", (cell) => {
  it("reads exactly the bytes that are there when the file is shorter than asked", async () => {
    const bytes = await cell.context().read(100, cell.file("short"));
    expect(bytes.toString()).to.equal("short");
    expect(bytes.buffer.byteLength).to.equal(5);
  });

  it("gives every result an ArrayBuffer of its own", async () => {
    const ctx = cell.context();
    const fd = cell.file("0123456789");
    const [one, other] = await Promise.all([ctx.read(5, fd), ctx.read(5, fd, 5)]);
    structuredClone(one.buffer, { transfer: [one.buffer as ArrayBuffer] });
    expect(one.length).to.equal(0);
    expect(other.toString()).to.equal("56789");
    expect(other.byteOffset).to.equal(0);
  });

  it("gives an empty Buffer at and beyond the end of the file", async () => {
    const ctx = cell.context();
    const fd = cell.file("end");
    expect(await ctx.read(10, fd, 3)).to.have.length(0);
    expect(await ctx.read(10, fd, 2 ** 40)).to.have.length(0);
  });

  it("reads nothing when asked for nothing", async () => {
    expect(await cell.context().read(0, cell.file("some"))).to.have.length(0);
  });

  it("fills a view of the caller's, and touches nothing beside it", async () => {
    const around = Buffer.alloc(12, ".");
    const count = await cell.context().read(around.subarray(4, 8), cell.file("abcdefgh"), 2);
    expect(count).to.equal(4);
    expect(around.toString()).to.equal("....cdef....");
  });

  it("fills views of every element type by bytes", async () => {
    const ctx = cell.context();
    const fd = cell.file(Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0));
    const words = new Uint16Array(6).subarray(1, 5);
    expect(await ctx.read(words, fd)).to.equal(8);
    expect(Array.from(words)).to.deep.equal([1, 2, 3, 4]);
    const view = new DataView(new ArrayBuffer(4), 1, 2);
    expect(await ctx.read(view, fd, 2)).to.equal(2);
    expect(view.getUint8(0)).to.equal(2);
    const shared = new Uint8Array(new SharedArrayBuffer(8));
    expect(await ctx.read(shared, fd)).to.equal(8);
    expect(shared[6]).to.equal(4);
  });

  it("writes strings as UTF-8 and views by bytes", async () => {
    const ctx = cell.context();
    const fd = cell.file();
    expect(await ctx.write("zürich €", fd)).to.equal(11);
    expect(await ctx.write(Uint16Array.of(0x6261), fd, 11)).to.equal(2);
    expect(await ctx.write(Buffer.from("..cd..").subarray(2, 4), fd, 13)).to.equal(2);
    expect((await ctx.read(100, fd)).toString()).to.equal("zürich €abcd");
  });

  it("writes nothing when given nothing", async () => {
    const ctx = cell.context();
    const fd = cell.file("kept");
    expect(await ctx.write("", fd)).to.equal(0);
    expect((await ctx.read(10, fd)).toString()).to.equal("kept");
  });

  it("takes offsets beyond 4 GiB, as numbers and as bigints", async () => {
    const ctx = cell.context();
    const fd = cell.file();
    await ctx.write("far", fd, 5 * 2 ** 30);
    expect((await ctx.read(10, fd, 5n * 2n ** 30n)).toString()).to.equal("far");
    expect(fs.fstatSync(fd).size).to.equal(5 * 2 ** 30 + 3);
  });

  it("moves the cursor when the offset is null, and only then", async () => {
    const ctx = cell.context();
    const fd = cell.file("0123456789");
    expect((await ctx.read(3, fd, null)).toString()).to.equal("012");
    expect((await ctx.read(3, fd, 7)).toString()).to.equal("789");
    expect(await ctx.write("X", fd, null)).to.equal(1);
    expect((await ctx.read(3, fd, null)).toString()).to.equal("456");
    expect((await ctx.read(10, fd)).toString()).to.equal("012X456789");
  });

  it("hands concurrent reads at the cursor each block once, in order, even from two contexts", async () => {
    const contexts = [cell.context(), cell.context()];
    const content = pattern(64 * 512);
    const fd = cell.file(content);
    const blocks = await Promise.all(
      Array.from({ length: 64 }, (_, index) => contexts[index % 2]?.read(512, fd, null) ?? Promise.reject(new Error())),
    );
    expect(Buffer.concat(blocks).equals(content)).to.equal(true);
  });

  it("keeps concurrent writes at the cursor in their order", async () => {
    const ctx = cell.context();
    const fd = cell.file();
    await Promise.all(Array.from({ length: 50 }, (_, index) => ctx.write(`${index},`, fd, null)));
    const expected = Array.from({ length: 50 }, (_, index) => `${index},`).join("");
    expect((await ctx.read(1000, fd)).toString()).to.equal(expected);
  });

  it("gives each of many concurrent reads its own bytes", async () => {
    const ctx = cell.context({ maxRequests: 16 });
    const content = pattern(1 << 20);
    const fd = cell.file(content);
    const offsets = Array.from({ length: 500 }, (_, index) => (index * 7919) % (content.length - 4096));
    const blocks = await Promise.all(offsets.map((offset) => ctx.read(4096, fd, offset)));
    blocks.forEach((block, index) => {
      const offset = offsets[index] ?? 0;
      expect(block.equals(content.subarray(offset, offset + 4096)), `block at ${offset}`).to.equal(true);
    });
    expect(ctx.pending).to.equal(0);
  });

  it("reads what is not in memory any more", async function () {
    const content = pattern(1 << 20);
    const fd = cell.file(content);
    fs.fsyncSync(fd);
    if (!dropCaches()) this.skip();
    const ctx = cell.context();
    const offsets = Array.from({ length: 64 }, (_, index) => ((index * 37) % 64) * 16384);
    const blocks = await Promise.all(offsets.map((offset) => ctx.read(16384, fd, offset)));
    blocks.forEach((block, index) => {
      const offset = offsets[index] ?? 0;
      expect(block.equals(content.subarray(offset, offset + 16384))).to.equal(true);
    });
  });

  it("moves 16 MiB whole in one operation", async () => {
    const ctx = cell.context();
    const fd = cell.file();
    const content = pattern(16 << 20);
    expect(await ctx.write(content, fd)).to.equal(content.length);
    expect((await ctx.read(content.length, fd)).equals(content)).to.equal(true);
    await ctx.fsync(fd);
    expect((await ctx.read(content.length + 1, fd)).length).to.equal(content.length);
  });

  it("syncs data, and data with metadata", async () => {
    const ctx = cell.context();
    const fd = cell.file("data");
    expect(await ctx.fsync(fd)).to.equal(undefined);
    expect(await ctx.fdsync(fd)).to.equal(undefined);
    const { fsync, fdatasync } = ctx.stats();
    expect(fsync).to.be.an("object");
    expect(fdatasync).to.be.an("object");
  });

  it("reads an O_DIRECT file into memory that it takes, when the memory is the context's to choose", async function () {
    let fd;
    try {
      fd = cell.file(pattern(8192), fs.constants.O_RDONLY | fs.constants.O_DIRECT);
    } catch {
      return this.skip();
    }
    const bytes = await cell.context().read(4096, fd, 4096);
    expect(bytes.equals(pattern(8192).subarray(4096))).to.equal(true);
  });

  it("takes from a FIFO what is there, without waiting for all that was asked", async () => {
    const ctx = cell.context();
    const fd = openFifo(cell.folder());
    try {
      const early = ctx.read(100, fd, null);
      fs.writeSync(fd, "early");
      expect((await early).toString()).to.equal("early");
      expect(await ctx.write("late", fd, null)).to.equal(4);
      expect((await ctx.read(100, fd, null)).toString()).to.equal("late");
    } finally {
      fs.closeSync(fd);
    }
  });

  it("reports errors of the kernel as Node's system errors", async () => {
    const ctx = cell.context();
    const readOnly = cell.file("x", "r");
    const folder = fs.openSync(cell.folder(), "r");
    try {
      const failures = await Promise.all(
        [ctx.write("y", readOnly), ctx.read(1, folder), ctx.fsync(0x7ffffff0), ctx.fdsync(0x7ffffff0)].map((promise: Promise<unknown>) =>
          promise.then(() => ({}), (error: unknown) => error as NodeJS.ErrnoException),
        ),
      );
      expect(failures.map((error) => "syscall" in error && [error.code, error.errno, error.syscall])).to.deep.equal([
        ["EBADF", -9, "write"],
        ["EISDIR", -21, "read"],
        ["EBADF", -9, "fsync"],
        ["EBADF", -9, "fdatasync"],
      ]);
    } finally {
      fs.closeSync(folder);
    }
  });

  it("leaves the neighbours of a failing operation alone", async () => {
    const ctx = cell.context();
    const fd = cell.file("neighbour");
    const outcomes = await Promise.allSettled([ctx.read(9, fd), ctx.read(9, 0x7ffffff0), ctx.read(9, fd), ctx.fsync(0x7ffffff0), ctx.read(9, fd)]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"]);
  });

});
