import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { Operation } from "caio";
import { openFifo } from "./fifo";
import { eachCell } from "./matrix";
import { rejection, thrown } from "./rejection";

eachCell("Closing a context", (cell) => {
  it("waits for the operations in flight, and each gets its value", async () => {
    const ctx = cell.context({ maxRequests: 4 });
    const fd = cell.file("drained");
    const reads = Array.from({ length: 100 }, () => ctx.read(7, fd));
    const atCursor = Array.from({ length: 7 }, () => ctx.read(1, fd, null));
    await ctx.close();
    expect(ctx.pending).to.equal(0);
    expect(new Set((await Promise.all(reads)).map(String))).to.deep.equal(new Set(["drained"]));
    expect((await Promise.all(atCursor)).join("")).to.equal("drained");
  });

  it("refuses what comes afterwards with EBADF", async () => {
    const ctx = cell.context();
    const fd = cell.file("late");
    const closing = ctx.close();
    expect(await rejection(ctx.read(1, fd))).to.include({ code: "EBADF", errno: -9, syscall: "read" });
    expect(await rejection(ctx.write("x", fd))).to.include({ code: "EBADF", syscall: "write" });
    await closing;
    expect(await rejection(ctx.fsync(fd))).to.include({ code: "EBADF", syscall: "fsync" });
    expect(await rejection(ctx.fdsync(fd))).to.include({ code: "EBADF", syscall: "fdatasync" });
    const operation = Operation.read(1, fd);
    expect(thrown(() => ctx.submit(operation))).to.include({ code: "EBADF" });
    expect(cell.context().submit(operation)).to.equal(1);
    expect(String(await operation.completed)).to.equal("l");
    expect(thrown(() => ctx.registerFiles([fd]))).to.have.property("code");
    expect(ctx.cancel(operation)).to.equal(false);
  });

  it("can be asked for again and again", async () => {
    const ctx = cell.context();
    await Promise.all([ctx.close(), ctx.close()]);
    await ctx.close();
    expect(ctx.pending).to.equal(0);
  });

  it("happens at the end of an `await using` block", async () => {
    const fd = cell.file("used");
    let reading;
    {
      await using ctx = cell.context();
      reading = ctx.read(4, fd);
    }
    expect(String(await reading)).to.equal("used");
  });

  it("still tells afterwards what the context did", async () => {
    const ctx = cell.context();
    await ctx.read(1, cell.file("x"));
    await ctx.close();
    expect(ctx.stats()).to.have.property("read");
    expect(ctx.backend).to.equal(cell.backend);
  });

  it("waits for a read that nobody has fed yet", async () => {
    const ctx = cell.context();
    const fifo = openFifo(cell.folder());
    const reading = ctx.read(1, fifo, null);
    const closing = ctx.close();
    fs.writeSync(fifo, "x");
    expect(String(await reading)).to.equal("x");
    await closing;
    fs.closeSync(fifo);
  });

  it("gives back every descriptor, however many contexts there were", async () => {
    const count = (): number => (fs.existsSync("/proc/self/fd") ? fs.readdirSync("/proc/self/fd").length : 0);
    const fd = cell.file("x");
    const run = async (): Promise<void> => {
      const ctx = cell.context();
      await Promise.all([ctx.read(1, fd), ctx.fsync(fd)]);
      await ctx.close();
    };
    await run();
    const before = count();
    for (let round = 0; round < 20; round++) await run();
    // The event loop's part of an engine ends a turn or two later.
    for (let turn = 0; turn < 500 && count() > before; turn++) await delay(10);
    expect(count()).to.be.at.most(before);
  });
});
