import { constants } from "node:buffer";
import fs from "node:fs";
import { expect } from "chai";
import { AsyncContext, Operation, type AsyncContextOptions } from "caio";
import { openFifo } from "./fifo";
import { eachCell } from "./matrix";
import { rejection, thrown } from "./rejection";

eachCell("The limits of a context", (cell) => {
  it("let more operations wait than maxRequests, and fail none", async () => {
    const ctx = cell.context({ maxRequests: 1 });
    const fd = cell.file("one at a time");
    const reads = await Promise.all(Array.from({ length: 200 }, () => ctx.read(13, fd)));
    expect(reads.every((bytes) => String(bytes) === "one at a time")).to.equal(true);
  });

  it("count what has been taken in and not yet ended", async () => {
    const ctx = cell.context();
    const fifo = openFifo(cell.folder());
    const reads = [ctx.read(1, fifo, null), ctx.read(1, fifo, null)];
    expect(ctx.pending).to.equal(2);
    fs.writeSync(fifo, "ab");
    await Promise.all(reads);
    expect(ctx.pending).to.equal(0);
    fs.closeSync(fifo);
  });

  it("allow the smallest and the largest values, and every switch", async () => {
    const fd = cell.file("extreme");
    const extremes: AsyncContextOptions[] = [
      { maxRequests: 1, poolSize: 1 },
      { maxRequests: 32768, poolSize: 128 },
      { deferred: false },
      { deferred: true },
    ];
    for (const options of extremes) {
      const ctx = cell.context(options);
      expect(String(await ctx.read(7, fd))).to.equal("extreme");
      await ctx.write("E", fd);
      await ctx.fdsync(fd);
      await ctx.write("e", fd);
      await ctx.close();
    }
  });

  it("take an I/O priority on every backend", async () => {
    const ctx = cell.context();
    const fd = cell.file("x");
    const bestEffort = (2 << 13) | 4;
    expect(String(await ctx.read(1, fd, 0, { priority: bestEffort }))).to.equal("x");
    expect(await ctx.write("y", fd, 0, { priority: bestEffort })).to.equal(1);
    const operation = Operation.fsync(fd, { priority: bestEffort });
    ctx.submit(operation);
    await operation.completed;
  });

  it("offer registered buffers and files on uring, and ENOTSUP elsewhere", async () => {
    const ctx = cell.context();
    const fd = cell.file("registered");
    const buffer = Buffer.from(new ArrayBuffer(4096));
    expect(thrown(() => ctx.registerFiles(new Array<number>(1)))).to.include({ code: "ERR_INVALID_ARG_TYPE" });
    if (ctx.backend !== "uring") {
      expect(thrown(() => ctx.registerBuffers([buffer]))).to.include({ code: "ENOTSUP" });
      expect(thrown(() => ctx.registerFiles([fd]))).to.include({ code: "ENOTSUP" });
      return;
    }
    ctx.registerBuffers([buffer]);
    ctx.registerFiles([fd]);
    expect(await ctx.read(buffer.subarray(100, 110), fd)).to.equal(10);
    expect(buffer.toString("utf8", 100, 110)).to.equal("registered");
    expect(await ctx.write(buffer.subarray(100, 104), fd, 6)).to.equal(4);
    expect(String(await ctx.read(20, fd))).to.equal("registregi");
    ctx.registerBuffers([]);
    ctx.registerFiles([]);
    expect(String(await ctx.read(20, fd))).to.equal("registregi");
  });
});

describe("The options of a context", () => {
  const refused: [AsyncContextOptions, string, string][] = [
    [{ maxRequests: 0 }, "RangeError", "ERR_OUT_OF_RANGE"],
    [{ maxRequests: 32769 }, "RangeError", "ERR_OUT_OF_RANGE"],
    [{ maxRequests: 70000 }, "RangeError", "ERR_OUT_OF_RANGE"],
    [{ maxRequests: 1.5 }, "RangeError", "ERR_OUT_OF_RANGE"],
    [{ maxRequests: Number.NaN }, "RangeError", "ERR_OUT_OF_RANGE"],
    [{ maxRequests: "8" as unknown as number }, "TypeError", "ERR_INVALID_ARG_TYPE"],
    [{ poolSize: 0 }, "RangeError", "ERR_OUT_OF_RANGE"],
    [{ poolSize: 129 }, "RangeError", "ERR_OUT_OF_RANGE"],
    [{ deferred: 1 as unknown as boolean }, "TypeError", "ERR_INVALID_ARG_TYPE"],
    [{ sqpoll: "no" as unknown as boolean }, "TypeError", "ERR_INVALID_ARG_TYPE"],
    [{ tryNow: 0 as unknown as boolean }, "TypeError", "ERR_INVALID_ARG_TYPE"],
    [{ backend: "ring" as unknown as "uring" }, "TypeError", "ERR_INVALID_ARG_VALUE"],
    [{ fs: {} as unknown as typeof fs }, "TypeError", "ERR_INVALID_ARG_VALUE"],
    [{ fs, backend: "thread" }, "TypeError", "ERR_INVALID_ARG_VALUE"],
    [5 as unknown as AsyncContextOptions, "TypeError", "ERR_INVALID_ARG_TYPE"],
    [null as unknown as AsyncContextOptions, "TypeError", "ERR_INVALID_ARG_TYPE"],
  ];
  for (const [options, name, code] of refused) {
    const [[key, value] = ["options", options]] = Object.entries(options ?? {});
    it(`refuse ${key} ${JSON.stringify(value)} with a ${name}`, () => {
      expect(thrown(() => new AsyncContext(options))).to.include({ name, code });
    });
  }

  it("say which range was left, as Node says it", () => {
    expect(thrown(() => new AsyncContext({ maxRequests: 70000 })).message).to.equal(
      'The value of "options.maxRequests" is out of range. It must be >= 1 && <= 32768. Received 70000',
    );
    expect(thrown(() => new AsyncContext({ poolSize: "x" as unknown as number })).message).to.equal(
      `The "options.poolSize" property must be of type number. Received type string ('x')`,
    );
  });

  it("stand for their defaults when undefined", async () => {
    await using ctx = new AsyncContext({ maxRequests: undefined, poolSize: undefined, backend: undefined });
    expect(ctx.backend).to.be.a("string");
    expect(ctx.fallback).to.deep.equal([]);
  });

  it("allow no read larger than the largest buffer", async () => {
    await using ctx = new AsyncContext();
    expect(await rejection(ctx.read(constants.MAX_LENGTH + 1, 0))).to.include({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
  });
});
