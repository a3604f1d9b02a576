import fs from "node:fs";
import { expect } from "chai";
import { createFsFromVolume, Volume } from "memfs";
import { Operation } from "caio";
import { AsyncContext } from "caio/js";
import { rejection } from "./rejection";

describe("A context over memfs", () => {
  const memory = createFsFromVolume(new Volume());
  const made: AsyncContext[] = [];
  let files = 0;

  const context = (maxRequests = 512): AsyncContext => {
    const ctx = new AsyncContext({ fs: memory, maxRequests });
    made.push(ctx);
    return ctx;
  };
  const file = (content: string): number => {
    const name = `/file-${files++}`;
    memory.writeFileSync(name, content);
    return memory.openSync(name, "r+");
  };

  afterEach(() => Promise.all(made.splice(0).map((ctx) => ctx.close())));

  it("is served by the js backend without being told so", async () => {
    await using ctx = new AsyncContext({ fs: memory });
    expect(ctx.backend).to.equal("js");
  });

  it("reads, writes and syncs", async () => {
    const ctx = context();
    const fd = file("0123456789");
    expect(String(await ctx.read(4, fd, 3))).to.equal("3456");
    expect(await ctx.write("abc", fd, 8)).to.equal(3);
    expect(String(await ctx.read(100, fd))).to.equal("01234567abc");
    const words = new Uint16Array(2);
    expect(await ctx.read(words, fd)).to.equal(4);
    expect(words[0]).to.equal(0x3130);
    expect(await ctx.write(Uint16Array.of(0x4241), fd)).to.equal(2);
    expect(String(await ctx.read(3, fd))).to.equal("AB2");
    await ctx.fsync(fd);
    await ctx.fdsync(fd);
    expect(ctx.stats()).to.have.nested.property("read.js", 4);
  });

  it("touches no file of the same descriptor number outside", async () => {
    const ctx = context();
    const fd = file("inside");
    const outside = fs.existsSync(`/proc/self/fd/${fd}`);
    expect(outside).to.equal(false);
    expect(String(await ctx.read(10, fd))).to.equal("inside");
  });

  it("reports the module's errors as system errors", async () => {
    expect(await rejection(context().read(1, 12345))).to.include({ code: "EBADF", errno: -9, syscall: "read" });
  });

  it("keeps operations at the cursor in order and lets more wait than maxRequests", async () => {
    const ctx = context(2);
    const fd = file("abcdefghij");
    const atCursor = await Promise.all(Array.from({ length: 10 }, () => ctx.read(1, fd, null)));
    expect(atCursor.join("")).to.equal("abcdefghij");
    const reads = await Promise.all(Array.from({ length: 5000 }, (_, index) => ctx.read(1, fd, index % 10)));
    expect(reads.join("")).to.equal("abcdefghij".repeat(500));
  });

  it("runs operations", async () => {
    const ctx = context();
    const fd = file("operation");
    const operation = Operation.read(9, fd);
    expect(ctx.submit(operation)).to.equal(1);
    expect(String(await operation.completed)).to.equal("operation");
  });

  it("looks a function up when it is called, so that a patched module keeps its meaning", async () => {
    const ctx = context();
    const fd = file("patched");
    const original = memory.fsync;
    let calls = 0;
    memory.fsync = (given: number, callback: Parameters<typeof original>[1]) => {
      calls++;
      return original.call(memory, given, callback);
    };
    await ctx.fsync(fd);
    memory.fsync = original;
    expect(calls).to.equal(1);
  });

  it("loses no operation when the module throws instead of calling back", async () => {
    const throwing = {
      ...fs,
      fsync: () => {
        throw new Error("no callback from here");
      },
    } as unknown as typeof fs;
    await using ctx = new AsyncContext({ fs: throwing, maxRequests: 1 });
    expect(await rejection(ctx.fsync(3))).to.include({ code: "EIO", syscall: "fsync" });
    expect(await rejection(ctx.fsync(3))).to.include({ code: "EIO" });
    expect(ctx.pending).to.equal(0);
  });

  it("goes on after short transfers until all is moved", async () => {
    const dribbling = {
      ...fs,
      read: (fd: number, buffer: Buffer, offset: number, length: number, position: number | null, done: (error: null, count: number) => void) =>
        fs.read(fd, buffer, offset, Math.min(length, 3), position, (_, count) => done(null, count)),
      write: (fd: number, buffer: Buffer, offset: number, length: number, position: number | null, done: (error: null, count: number) => void) =>
        fs.write(fd, buffer, offset, Math.min(length, 3), position, (_, count) => done(null, count)),
    } as unknown as typeof fs;
    const name = `/tmp/caio-dribble-${process.pid}`;
    const fd = fs.openSync(name, "w+");
    fs.unlinkSync(name);
    await using ctx = new AsyncContext({ fs: dribbling });
    expect(await ctx.write("in many small steps", fd)).to.equal(19);
    expect(String(await ctx.read(100, fd))).to.equal("in many small steps");
    fs.closeSync(fd);
  });
});
