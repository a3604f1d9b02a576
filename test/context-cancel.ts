import { getEventListeners } from "node:events";
import fs from "node:fs";
import { expect } from "chai";
import { Operation } from "caio";
import { openFifo } from "./fifo";
import { eachCell } from "./matrix";
import { rejection } from "./rejection";

eachCell("Cancelling", (cell) => {
  let fifo = -1;
  beforeEach(() => {
    fifo = openFifo(cell.folder());
  });
  afterEach(() => fs.closeSync(fifo));

  it("ends a read that waits on a FIFO with ECANCELED, where the backend can interrupt it", async function () {
    const ctx = cell.context();
    const waiting = Operation.read(1, fifo, null);
    ctx.submit(waiting);
    if (!ctx.cancel(waiting)) {
      fs.writeSync(fifo, "x");
      await waiting.completed;
      expect(cell.backend).to.equal("js");
      this.skip();
    }
    expect(await rejection(waiting.completed)).to.include({ code: "ECANCELED", syscall: "read" });
    expect(ctx.pending).to.equal(0);
  });

  it("takes an operation out of the line that has not begun", async () => {
    const ctx = cell.context();
    const first = Operation.read(1, fifo, null);
    const second = Operation.read(1, fifo, null);
    const third = Operation.read(1, fifo, null);
    ctx.submit(first, second, third);
    expect(ctx.cancel(second)).to.equal(true);
    expect(await rejection(second.completed)).to.include({ code: "ECANCELED" });
    fs.writeSync(fifo, "ab");
    expect([String(await first.completed), String(await third.completed)]).to.deep.equal(["a", "b"]);
  });

  it("takes an operation out of the line that waits for one of maxRequests", async () => {
    const ctx = cell.context({ maxRequests: 1, poolSize: 1 });
    const fd = cell.file("x");
    const busy = Operation.read(1, fifo, null);
    ctx.submit(busy);
    const queued = Operation.fsync(fd);
    ctx.submit(queued);
    if (ctx.cancel(queued)) expect(await rejection(queued.completed)).to.include({ code: "ECANCELED", syscall: "fsync" });
    fs.writeSync(fifo, "x");
    expect(String(await busy.completed)).to.equal("x");
    await queued.completed.catch(() => undefined);
    expect(ctx.pending).to.equal(0);
  });

  it("says false for an operation that has ended, and for one that it never saw", async () => {
    const ctx = cell.context();
    const operation = Operation.read(1, cell.file("x"));
    expect(ctx.cancel(operation)).to.equal(false);
    ctx.submit(operation);
    await operation.completed;
    expect(ctx.cancel(operation)).to.equal(false);
    expect(cell.context().cancel(operation)).to.equal(false);
  });

  it("says nothing more of an operation that was cancelled and ended all the same", async () => {
    const ctx = cell.context();
    const fd = cell.file("value");
    const operations = Array.from({ length: 50 }, () => Operation.read(5, fd));
    ctx.submit(...operations);
    for (const operation of operations) ctx.cancel(operation);
    for (const outcome of await Promise.allSettled(operations.map(({ completed }) => completed))) {
      if (outcome.status === "fulfilled") expect(String(outcome.value)).to.equal("value");
      else expect(outcome.reason).to.include({ code: "ECANCELED" });
    }
    expect(ctx.pending).to.equal(0);
    expect(String(await ctx.read(5, fd))).to.equal("value");
  });

  it("submits nothing for a signal that was aborted before", async () => {
    const ctx = cell.context();
    const fd = cell.file();
    const cause = new Error("the cause");
    const signal = AbortSignal.abort(cause);
    const error = await rejection(ctx.write("never", fd, 0, { signal }));
    expect(error).to.include({ name: "AbortError", code: "ABORT_ERR", message: "The operation was aborted", cause });
    expect(await rejection(ctx.read(1, fd, 0, { signal }))).to.include({ name: "AbortError" });
    expect(await rejection(ctx.fsync(fd, { signal }))).to.include({ name: "AbortError" });
    expect(fs.fstatSync(fd).size).to.equal(0);
    expect(ctx.stats()).to.deep.equal({});
  });

  it("rejects at once when the signal fires and the memory is the context's", async () => {
    const ctx = cell.context();
    const controller = new AbortController();
    const reading = rejection(ctx.read(1, fifo, null, { signal: controller.signal }));
    controller.abort();
    expect(await reading).to.include({ name: "AbortError", code: "ABORT_ERR" });
    expect(getEventListeners(controller.signal, "abort")).to.have.length(0);
    // js cannot interrupt it: it still waits, and takes this byte.
    fs.writeSync(fifo, "x");
  });

  it("waits until the kernel has let go of the caller's memory before it rejects", async () => {
    const ctx = cell.context();
    const controller = new AbortController();
    const buffer = Buffer.alloc(4);
    const reading = rejection(ctx.read(buffer, fifo, null, { signal: controller.signal }));
    controller.abort();
    if (cell.backend === "js") fs.writeSync(fifo, "x");
    expect(await reading).to.include({ name: "AbortError" });
    expect(ctx.pending).to.equal(0);
    expect(getEventListeners(controller.signal, "abort")).to.have.length(0);
  });

  it("leaves no listener on the signal of an operation that ended well", async () => {
    const ctx = cell.context();
    const { signal } = new AbortController();
    const fd = cell.file("quiet");
    await Promise.all([ctx.read(5, fd, 0, { signal }), ctx.write("q", fd, 0, { signal }), ctx.fsync(fd, { signal })]);
    expect(getEventListeners(signal, "abort")).to.have.length(0);
  });

  it("lets a signal that fires after the end have no effect", async () => {
    const ctx = cell.context();
    const controller = new AbortController();
    expect(String(await ctx.read(4, cell.file("done"), 0, { signal: controller.signal }))).to.equal("done");
    controller.abort();
    expect(ctx.pending).to.equal(0);
  });
});

eachCell("After an AbortError", (cell) => {
  let fifo = -1;
  beforeEach(function () {
    if (cell.backend === "js") {
      console.log("      js: nothing interrupts what libuv has begun");
      this.skip();
    }
    fifo = openFifo(cell.folder());
  });
  afterEach(() => {
    if (fifo >= 0) fs.closeSync(fifo);
    fifo = -1;
  });

  it("nothing touches the caller's buffer, and the bytes that come later are the next reader's", async () => {
    const ctx = cell.context();
    const buffers = Array.from({ length: 8 }, () => Buffer.alloc(64, "-"));
    const controller = new AbortController();
    const readings = buffers.map((buffer) => rejection(ctx.read(buffer, fifo, null, { signal: controller.signal })));
    for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    for (const error of await Promise.all(readings)) expect(error).to.include({ name: "AbortError", code: "ABORT_ERR" });
    expect(ctx.pending).to.equal(0);
    fs.writeSync(fifo, "x".repeat(1000));
    for (let turns = 0; turns < 20; turns++) await ctx.fsync(cell.file("a turn"));
    for (const buffer of buffers) expect(buffer.equals(Buffer.alloc(64, "-"))).to.equal(true);
    expect(String(await ctx.read(1000, fifo, null))).to.equal("x".repeat(1000));
  });

  it("a write into a full FIFO has left a beginning there, and nothing follows", async () => {
    const ctx = cell.context();
    const controller = new AbortController();
    const bytes = Buffer.alloc(300_000, "0123456789");
    const writing = rejection(ctx.write(bytes, fifo, null, { signal: controller.signal }));
    // Until it is full: then the rest waits.
    const seen = fs.openSync(`/proc/self/fd/${fifo}`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    for (let turns = 0; turns < 50; turns++) await ctx.fsync(cell.file("a turn"));
    controller.abort();
    expect(await writing).to.include({ name: "AbortError", code: "ABORT_ERR" });
    expect(ctx.pending).to.equal(0);
    const found: Buffer[] = [];
    const drain = (): void => {
      for (const room = Buffer.alloc(65_536); ; ) {
        try {
          found.push(Buffer.from(room.subarray(0, fs.readSync(seen, room))));
        } catch (error) {
          expect(error).to.include({ code: "EAGAIN" });
          return;
        }
      }
    };
    drain();
    const first = Buffer.concat(found).length;
    for (let turns = 0; turns < 20; turns++) await ctx.fsync(cell.file("a turn"));
    drain();
    const all = Buffer.concat(found);
    expect(all.length).to.equal(first);
    expect(all.equals(bytes.subarray(0, first))).to.equal(true);
    expect(first).to.be.below(bytes.length);
    fs.closeSync(seen);
  });
});
