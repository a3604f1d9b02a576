import { expect } from "chai";
import { AsyncContext, Operation } from "caio";
import { eachCell } from "./matrix";
import { rejection, thrown } from "./rejection";

eachCell("Operation", (cell) => {
  it("runs a batch of all kinds in one submit and keeps each value", async () => {
    const ctx = cell.context();
    const fd = cell.file("0123456789");
    const read = Operation.read(4, fd, 2);
    const filled = Buffer.alloc(3);
    const fill = Operation.read(filled, fd, 7);
    const write = Operation.write("abc", cell.file());
    const sync = Operation.fsync(fd);
    const dataSync = Operation.fdsync(fd);
    expect(ctx.submit(read, fill, write, sync, dataSync)).to.equal(5);
    await Promise.all([read.completed, fill.completed, write.completed, sync.completed, dataSync.completed]);
    expect(read.value.toString()).to.equal("2345");
    expect(read.getValue()).to.equal(read.value);
    expect(fill.value).to.equal(3);
    expect(fill.payload).to.equal(filled);
    expect(filled.toString()).to.equal("789");
    expect(write.value).to.equal(3);
    expect(sync.value).to.equal(undefined);
    expect(dataSync.value).to.equal(undefined);
  });

  it("tells what it is", () => {
    const buffer = Buffer.alloc(6);
    const read = Operation.read(buffer, 5, 9n);
    expect([read.fileno, read.offset, read.nbytes, read.payload]).to.deep.equal([5, 9n, 6, buffer]);
    const sized = Operation.read(7, 5, null);
    expect([sized.offset, sized.nbytes, sized.payload]).to.deep.equal([null, 7, undefined]);
    const write = Operation.write("€", 5);
    expect([write.offset, write.nbytes, write.payload]).to.deep.equal([0, 3, Buffer.from("€")]);
    expect(Operation.fsync(5).nbytes).to.equal(0);
  });

  it("has no value before it is submitted, nor while it is in flight", async () => {
    const operation = Operation.read(1, cell.file("x"));
    expect(thrown(() => operation.value)).to.include({ code: "ERR_CAIO_OPERATION_PENDING" });
    cell.context().submit(operation);
    expect(thrown(() => operation.value)).to.include({ code: "ERR_CAIO_OPERATION_PENDING" });
    await operation.completed;
    expect(String(operation.value)).to.equal("x");
  });

  it("can be submitted once for ever, whatever became of it", async () => {
    const ctx = cell.context();
    const fd = cell.file("once");
    const operation = Operation.read(4, fd);
    ctx.submit(operation);
    expect(thrown(() => ctx.submit(operation))).to.include({ code: "ERR_CAIO_OPERATION_SUBMITTED" });
    await operation.completed;
    expect(thrown(() => ctx.submit(operation))).to.include({ code: "ERR_CAIO_OPERATION_SUBMITTED" });
    expect(thrown(() => cell.context().submit(operation))).to.include({ code: "ERR_CAIO_OPERATION_SUBMITTED" });
  });

  it("submits nothing of a batch that holds an operation twice, a used one, or no operation at all", async () => {
    const ctx = cell.context();
    const fd = cell.file();
    const used = Operation.fsync(fd);
    ctx.submit(used);
    await used.completed;
    const fresh = Operation.write("never", fd);
    expect(thrown(() => ctx.submit(fresh, fresh))).to.include({ code: "ERR_CAIO_OPERATION_SUBMITTED" });
    expect(thrown(() => ctx.submit(fresh, used))).to.include({ code: "ERR_CAIO_OPERATION_SUBMITTED" });
    expect(thrown(() => ctx.submit(fresh, {} as Operation))).to.include({ code: "ERR_INVALID_ARG_TYPE" });
    expect(ctx.pending).to.equal(0);
    expect(ctx.submit(fresh)).to.equal(1);
    expect(await fresh.completed).to.equal(5);
  });

  it("submits nothing of a batch one of whose buffers was detached", async () => {
    const ctx = cell.context();
    const fd = cell.file();
    const buffer = new Uint8Array(8);
    const good = Operation.write("never", fd);
    const bad = Operation.write(buffer, fd, 100);
    structuredClone(buffer.buffer, { transfer: [buffer.buffer] });
    expect(thrown(() => ctx.submit(good, bad))).to.be.instanceOf(TypeError).and.include({ code: "ERR_INVALID_ARG_VALUE" });
    expect(await ctx.read(10, fd)).to.have.length(0);
  });

  it("submits an empty batch", () => {
    expect(cell.context().submit()).to.equal(0);
  });

  it("throws its own error as the value of one that failed, and harms its neighbours not", async () => {
    const ctx = cell.context();
    const fd = cell.file("fine");
    const bad = Operation.read(4, 0x7ffffff0);
    const good = Operation.read(4, fd);
    ctx.submit(bad, good);
    expect(await rejection(bad.completed)).to.include({ code: "EBADF", syscall: "read" });
    expect(thrown(() => bad.value)).to.include({ code: "EBADF" });
    expect(String(await good.completed)).to.equal("fine");
  });

  it("takes a batch larger than maxRequests", async () => {
    const ctx = cell.context({ maxRequests: 4 });
    const fd = cell.file("abcdefghij");
    const operations = Array.from({ length: 300 }, (_, index) => Operation.read(1, fd, index % 10));
    expect(ctx.submit(...operations)).to.equal(300);
    const values = await Promise.all(operations.map(({ completed }) => completed));
    expect(values.join("")).to.equal("abcdefghij".repeat(30));
    expect(ctx.pending).to.equal(0);
  });

  it("keeps operations at the cursor in the order of the batch", async () => {
    const ctx = cell.context();
    const fd = cell.file("0123456789");
    const operations = Array.from({ length: 5 }, () => Operation.read(2, fd, null));
    ctx.submit(...operations);
    expect((await Promise.all(operations.map(({ completed }) => completed))).join(" ")).to.equal("01 23 45 67 89");
  });

  it("raises no unhandled rejection when nobody looks", async () => {
    const seen: unknown[] = [];
    const listener = (reason: unknown): void => void seen.push(reason);
    process.on("unhandledRejection", listener);
    const ctx = cell.context();
    ctx.submit(Operation.read(1, 0x7ffffff0));
    await ctx.close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", listener);
    expect(seen).to.deep.equal([]);
  });

  it("starts the next batch from the end of the last one, many times over", async () => {
    const ctx = cell.context({ maxRequests: 8 });
    const fd = cell.file("loop");
    for (let round = 0; round < 200; round++) {
      const operations = [Operation.read(4, fd), Operation.read(4, fd)];
      ctx.submit(...operations);
      for (const operation of operations) expect(String(await operation.completed)).to.equal("loop");
    }
  });
});

describe("Operation, without a context", () => {
  it("cannot be made by hand", () => {
    expect(() => new AsyncContext({ backend: "js" }).submit(Object.create(Operation.prototype) as Operation)).to.throw(TypeError);
  });
});
