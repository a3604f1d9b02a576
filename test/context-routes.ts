import fs from "node:fs";
import { expect } from "chai";
import { alignedBuffer, type RouteName } from "caio";
import { eachCell } from "./matrix";

/** A backend that quietly used its pool for everything would pass all the other tests. */
eachCell("With O_DIRECT and aligned memory", (cell) => {
  const expected: Record<string, RouteName> = { uring: "ring", linux: "ioSubmit", thread: "pool", js: "js" };
  const route = expected[cell.backend] ?? "js";

  it(`${cell.backend} reads and writes by way of: ${route}`, async function () {
    if (cell.medium === "memory") this.skip();
    const fd = cell.file(Buffer.alloc(16384, "d"), fs.constants.O_RDWR | fs.constants.O_DIRECT);
    const ctx = cell.context();
    const memory = alignedBuffer(4096, 4096);
    for (const offset of [0, 4096, 8192]) {
      expect(await ctx.read(memory, fd, offset)).to.equal(4096);
      expect(memory.every((byte) => byte === 0x64)).to.equal(true);
    }
    expect(await ctx.write(memory, fd, 4096)).to.equal(4096);
    const { read, write } = ctx.stats();
    if (!cell.tryNow || cell.backend === "js") {
      expect(read?.[route]).to.equal(3);
      expect(write?.[route]).to.equal(1);
    } else {
      // Direct reads and writes always wait for the disk, so trying cannot have served them.
      expect(read).to.include({ tryNowHit: 0, [route]: 3 });
      expect(write).to.include({ tryNowHit: 0, [route]: 1 });
    }
  });

  const routeOfSyncs = cell.backend === "uring" ? "ioSubmit" : route;
  it(`${cell.backend} syncs by way of: ${routeOfSyncs}`, async function () {
    if (cell.medium === "memory" || cell.tryNow) this.skip();
    const ctx = cell.context();
    const fd = cell.file("data");
    const first = 16;
    for (let i = 0; i < first; i++) await ctx.fsync(fd);
    // So few are not worth a context of kernel AIO.
    if (routeOfSyncs === "ioSubmit") expect(ctx.stats().fsync).to.include({ pool: first, ioSubmit: 0 });
    await ctx.fsync(fd);
    await ctx.fdsync(fd);
    const { fsync, fdatasync } = ctx.stats();
    expect([fsync?.[routeOfSyncs], fdatasync?.[routeOfSyncs]]).to.deep.equal([routeOfSyncs === "ioSubmit" ? 1 : first + 1, 1]);
  });
});

describe("alignedBuffer", () => {
  it("is zeroed, of the size asked for, and an ordinary Buffer", () => {
    const buffer = alignedBuffer(5000, 4096);
    expect(Buffer.isBuffer(buffer)).to.equal(true);
    expect(buffer).to.have.length(5000);
    expect(buffer.every((byte) => byte === 0)).to.equal(true);
    expect(alignedBuffer(0, 512)).to.have.length(0);
  });

  it("aligns to a page unless told otherwise", () => {
    expect(alignedBuffer(10)).to.have.length(10);
  });

  it("refuses sizes and alignments that cannot be", () => {
    expect(() => alignedBuffer(-1)).to.throw(RangeError).with.property("code", "ERR_OUT_OF_RANGE");
    expect(() => alignedBuffer(10, 3)).to.throw(RangeError).with.property("code", "ERR_OUT_OF_RANGE");
    expect(() => alignedBuffer(10, 0)).to.throw(RangeError).with.property("code", "ERR_OUT_OF_RANGE");
    expect(() => alignedBuffer("10" as unknown as number)).to.throw(TypeError).with.property("code", "ERR_INVALID_ARG_TYPE");
  });
});
