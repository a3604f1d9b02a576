import fs from "node:fs";
import { expect } from "chai";
import { Operation } from "caio";
import { openFifo } from "./fifo";
import { eachCell } from "./matrix";
import { rejection, thrown } from "./rejection";

type Call = (fd: number) => Promise<unknown>;

eachCell("Bad input to a context", (cell) => {
  const misuse = <T>(value: unknown): T => value as T;

  it("is refused with Node's kind of error before anything is submitted", async () => {
    const ctx = cell.context();
    const fd = cell.file("untouched");
    const calls: [Call, string, string][] = [
      [() => ctx.read(1, misuse("3")), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.read(1, misuse(undefined)), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.read(1, -1), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(1, 1.5), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(1, 2 ** 31), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(-1, fd), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(Number.NaN, fd), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(Number.POSITIVE_INFINITY, fd), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(misuse("10"), fd), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.read(misuse(new ArrayBuffer(4)), fd), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.read(1, fd, -1), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(1, fd, 0.5), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(1, fd, 2 ** 53), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(1, fd, -1n), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(1, fd, 2n ** 63n), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(1, fd, 2n ** 53n + 1n), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.read(1, fd, misuse("0")), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.write(misuse(5), fd), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.write(misuse(null), fd), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.write(misuse({ byteLength: 3 }), fd), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.write("x", fd, 0, misuse(5)), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.write("x", fd, 0, { priority: 65536 }), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.write("x", fd, 0, { priority: misuse("high") }), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.write("x", fd, 0, { signal: misuse({}) }), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.fsync(misuse(null)), "TypeError", "ERR_INVALID_ARG_TYPE"],
      [() => ctx.fdsync(-5), "RangeError", "ERR_OUT_OF_RANGE"],
      [() => ctx.fsync(fd, misuse(null)), "TypeError", "ERR_INVALID_ARG_TYPE"],
    ];
    for (const [call, name, code] of calls) {
      expect(await rejection(call(fd)), String(call)).to.include({ name, code });
    }
    expect(ctx.stats()).to.deep.equal({});
    expect(fs.readFileSync(`/proc/self/fd/${fd}`, "utf8")).to.equal("untouched");
  });

  it("throws from the makers of operations", () => {
    expect(thrown(() => Operation.read(-1, 3))).to.include({ code: "ERR_OUT_OF_RANGE" });
    expect(thrown(() => Operation.read(misuse({}), 3))).to.include({ code: "ERR_INVALID_ARG_TYPE" });
    expect(thrown(() => Operation.write(misuse(7), 3))).to.include({ code: "ERR_INVALID_ARG_TYPE" });
    expect(thrown(() => Operation.fsync(misuse("3")))).to.include({ code: "ERR_INVALID_ARG_TYPE" });
    expect(thrown(() => Operation.fdsync(-3))).to.include({ code: "ERR_OUT_OF_RANGE" });
    expect(thrown(() => Operation.read(1, 3, 0, misuse(1)))).to.include({ code: "ERR_INVALID_ARG_TYPE" });
  });

  it("is a TypeError for detached memory of every kind of view", async () => {
    const ctx = cell.context();
    const fd = cell.file("kept");
    for (const view of [new Uint8Array(8), Buffer.from(new ArrayBuffer(8)), new DataView(new ArrayBuffer(8)), new Float64Array(1)]) {
      structuredClone(view.buffer, { transfer: [view.buffer] });
      expect(await rejection(ctx.read(view, fd))).to.include({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" });
      expect(await rejection(ctx.write(view, fd))).to.include({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" });
    }
    expect(String(await ctx.read(10, fd))).to.equal("kept");
  });

  it("does no harm when the memory is transferred away under a read in flight", async () => {
    const ctx = cell.context();
    const content = Buffer.alloc(1 << 20, "m");
    const fd = cell.file(content);
    const view = new Uint8Array(1 << 20);
    const reading = ctx.read(view, fd);
    const moved = structuredClone(view.buffer, { transfer: [view.buffer] });
    const outcome = await reading.catch((error: unknown) => error);
    if (outcome === content.length) expect(Buffer.from(moved).equals(content)).to.equal(true);
    expect(view.length).to.equal(0);
  });

  it("is a system error for descriptors of the wrong kind and closed ones", async () => {
    const ctx = cell.context();
    const folder = fs.openSync(cell.folder(), "r");
    const none = fs.openSync("/dev/null", "r+");
    const closed = fs.openSync(cell.folder(), "r");
    fs.closeSync(closed);
    expect(await rejection(ctx.read(1, closed))).to.include({ code: "EBADF", syscall: "read" });
    expect(await rejection(ctx.read(1, folder))).to.include({ code: "EISDIR", syscall: "read" });
    expect(await rejection(ctx.write("x", folder))).to.include({ code: "EBADF", syscall: "write" });
    expect(await ctx.read(10, none)).to.have.length(0);
    expect(await ctx.write("gone", none)).to.equal(4);
    expect(await rejection(ctx.fsync(none))).to.include({ code: "EINVAL", syscall: "fsync" });
    fs.closeSync(folder);
    fs.closeSync(none);
  });

  it("is ESPIPE for an offset in a pipe", async () => {
    const ctx = cell.context();
    const fifo = openFifo(cell.folder());
    fs.writeSync(fifo, "there is something to read");
    expect(await rejection(ctx.read(1, fifo, 0))).to.include({ code: "ESPIPE", syscall: "read" });
    expect(await rejection(ctx.write("x", fifo, 5))).to.include({ code: "ESPIPE", syscall: "write" });
    fs.closeSync(fifo);
  });
});
