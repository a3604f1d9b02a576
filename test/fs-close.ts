import { expect } from "chai";
import type { EventEmitter } from "node:events";
import nodeFs from "node:fs";
import path from "node:path";
import { createFs } from "caio";
import { eachFileSystem } from "./fs-matrix";
import { eachCell } from "./matrix";
import { rejection } from "./rejection";

eachFileSystem("FileHandle.close", ({ fs, place }) => {
  it("waits for what is in flight, and serves others meanwhile", async () => {
    nodeFs.writeFileSync(place("busy"), Buffer.alloc(8 << 20, 7));
    const handle = await fs.open(place("busy"));
    const events: string[] = [];
    (handle as unknown as EventEmitter).on("close", () => events.push("event"));
    const content = handle.readFile().then((bytes) => {
      events.push("read");
      return bytes;
    });
    const closed = handle.close().then(() => events.push("closed"));
    expect(events).deep.equal(["event"]);
    expect(handle.fd).above(0);
    expect((await handle.stat()).size).equal(8 << 20);
    expect((await content).equals(Buffer.alloc(8 << 20, 7))).true;
    await closed;
    expect(events).deep.equal(["event", "read", "closed"]);
    expect(handle.fd).equal(-1);
  });

  it("gives one promise while an operation is pending", async () => {
    nodeFs.writeFileSync(place("twice"), Buffer.alloc(4 << 20));
    const handle = await fs.open(place("twice"));
    const reading = handle.readFile();
    const first = handle.close();
    expect(handle.close()).equal(first);
    await reading;
    expect(await first).undefined;
    expect(await handle.close()).undefined;
  });

  it("closes at once when idle, and can be taken off the handle", async () => {
    const { close, ...rest } = await fs.open(place("taken"), "w");
    expect(rest).to.have.property("_events");
    await close();
    const handle = await fs.open(place("taken"));
    const fd = handle.fd;
    const closing = handle.close();
    expect(handle.fd).equal(-1);
    await closing;
    expect(() => nodeFs.fstatSync(fd)).throws("EBADF");
  });

  it("leaves nothing usable behind", async () => {
    const handle = await fs.open(place("gone"), "w+");
    await handle.close();
    const bytes = Buffer.alloc(1);
    for (const [name, call] of Object.entries({
      read: () => handle.read(bytes),
      readv: () => handle.readv([bytes]),
      write: () => handle.write(bytes),
      writev: () => handle.writev([bytes]),
      readFile: () => handle.readFile(),
      writeFile: () => handle.writeFile("x"),
      fstat: () => handle.stat(),
      ftruncate: () => handle.truncate(),
      fsync: () => handle.sync(),
      fdatasync: () => handle.datasync(),
    })) {
      const error = await rejection(call());
      expect(error).include({ message: "file closed", code: "EBADF", syscall: name });
      expect(error).not.to.have.property("errno");
    }
  });

  it("reports what close(2) says", async () => {
    const handle = await fs.open(place("stolen"), "w");
    nodeFs.closeSync(handle.fd);
    const error = await rejection(handle.close());
    expect(error).include({ code: "EBADF", errno: -9, syscall: "close" });
  });

  it("is what Symbol.asyncDispose does", async () => {
    const handle = await fs.open(place("disposed"), "w");
    expect(await handle[Symbol.asyncDispose]()).undefined;
    expect(handle.fd).equal(-1);
  });
});

eachCell("FileHandle.close of what was written", (cell) => {
  if (cell.backend === "js" || !cell.tryNow) return; // nothing is done at once there

  it("is left to another thread where the handle has cut its file to nothing", async function () {
    await using fs = createFs({ backend: cell.backend, tryNow: cell.tryNow });
    const name = path.join(cell.folder(), "cut");
    const inMemory = cell.medium === "memory";
    nodeFs.writeFileSync(name, "contents");
    const closesAtOnce = async (lengths: readonly number[]): Promise<boolean> => {
      const handle = await fs.open(name, "r+");
      for (const length of lengths) await handle.truncate(length);
      await handle.write("written", 0);
      const hits = (): number => fs.stats().operations["close"]?.tryNowHit ?? 0;
      const before = hits();
      await handle.close();
      return hits() > before;
    };
    if (!(await closesAtOnce([]))) {
      console.log("      here files may be written back when they are closed");
      return this.skip();
    }
    expect(await closesAtOnce([5, 100])).true;
    expect(await closesAtOnce([0])).equal(inMemory);
    expect(await closesAtOnce([0, 100])).equal(inMemory);
    expect(nodeFs.readFileSync(name, "utf8")).equal(`written${"\0".repeat(93)}`);
  });
});
