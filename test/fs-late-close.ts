import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import { createFsFromVolume, Volume } from "memfs";
import { createFs } from "caio";
import { asyncDispose } from "./dispose";
import { openFifo } from "./fifo";
import { eachCell } from "./matrix";
import { rejection } from "./rejection";

const isOpen = (fd: number): boolean => {
  try {
    nodeFs.fstatSync(fd);
    return true;
  } catch {
    return false;
  }
};

eachCell("A FileHandle whose engine has been disposed of", (cell) => {
  const own = (options = {}): ReturnType<typeof createFs> => createFs({ backend: cell.backend, tryNow: cell.tryNow, ...options });

  it("still gives its descriptor back when it is closed, and refuses everything else", async () => {
    for (const options of [{}, { maxOpenFiles: 8 }]) {
      const fs = own(options);
      const names = ["w", "r"].map((name) => path.join(cell.folder(), `late-${name}`));
      for (const name of names) nodeFs.writeFileSync(name, "late");
      const handles = await Promise.all([fs.open(names[0] ?? "", "w"), fs.open(names[1] ?? "", "r")]);
      const fds = handles.map(({ fd }) => fd);
      await fs[asyncDispose]();
      for (const handle of handles) expect(await rejection(handle.stat())).include({ code: "EBADF", syscall: "fstat" });
      expect(fds.map(isOpen)).deep.equal([true, true]);
      await Promise.all(handles.map((handle) => handle.close()));
      expect(fds.map(isOpen)).deep.equal([false, false]);
      expect(handles.map(({ fd }) => fd)).deep.equal([-1, -1]);
      await Promise.all(handles.map((handle) => handle.close()));
    }
  });

  it("is closed although it was asked for while a read was in flight", async () => {
    const fs = own();
    const fifo = openFifo(cell.folder());
    const handle = await fs.open(`/proc/self/fd/${fifo}`, "r+");
    const { fd } = handle;
    const reading = handle.read(Buffer.alloc(4), 0, 4, null);
    const closing = handle.close();
    const disposing = fs[asyncDispose]();
    expect(isOpen(fd)).equal(true);
    nodeFs.writeSync(fifo, "late");
    expect((await reading).bytesRead).equal(4);
    await Promise.all([closing, disposing]);
    expect(isOpen(fd)).equal(false);
    nodeFs.closeSync(fifo);
  });

  it("leaves no descriptor of a job that it was disposed of in the middle of", async () => {
    const name = path.join(cell.folder(), "job");
    nodeFs.writeFileSync(name, Buffer.alloc(3 << 20));
    const mine = (): string[] =>
      nodeFs.readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return nodeFs.readlinkSync(`/proc/self/fd/${fd}`) === name;
        } catch {
          return false;
        }
      });
    for (let turns = 0; turns < 8; turns++) {
      const fs = own();
      const { signal } = new AbortController();
      const jobs = [fs.readFile(name, { signal }), fs.readFile(name), fs.writeFile(name, [Buffer.alloc(1 << 20), "more"], { signal, flag: "r+" })];
      const ended = Promise.allSettled(jobs);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      await fs[asyncDispose]();
      for (const outcome of await ended) if (outcome.status === "rejected") expect(outcome.reason).include({ code: "EBADF" });
      expect(mine()).deep.equal([]);
    }
  });
});

describe("A FileHandle in a module, whose engine has been disposed of", () => {
  it("is closed there", async () => {
    const memory = createFsFromVolume(Volume.fromJSON({ "/a": "a" }));
    const fs = createFs({ fs: memory });
    const handle = await fs.open("/a");
    const { fd } = handle;
    await fs[asyncDispose]();
    expect(memory.fstatSync(fd).size).equal(1);
    await handle.close();
    expect(() => memory.fstatSync(fd)).throws("EBADF");
  });
});
