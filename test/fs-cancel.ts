import { expect } from "chai";
import { once } from "node:events";
import nodeFs from "node:fs";
import nodePromises from "node:fs/promises";
import { openFifo } from "./fifo";
import { eachFileSystem, type FileSystem } from "./fs-matrix";
import { rejection } from "./rejection";

const aborted = { name: "AbortError", code: "ABORT_ERR" };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const openOn = (name: string): number =>
  nodeFs.readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return nodeFs.readlinkSync(`/proc/self/fd/${fd}`) === name;
    } catch {
      return false;
    }
  }).length;

/** Aborts while the second of three pieces is asked for. */
async function* pieces(controller: AbortController): AsyncGenerator<string> {
  yield "first ";
  controller.abort();
  yield "second ";
  yield "third";
}

eachFileSystem("A signal that was aborted before the call", ({ fs, place }) => {
  const signal = AbortSignal.abort();

  it("makes no file, and changes none", async () => {
    for (const call of [
      () => fs.writeFile(place("none"), "x", { signal }),
      () => fs.writeFile(place("none"), ["x"], { signal }),
      () => fs.appendFile(place("none"), "x", { signal } as never),
      () => fs.readFile(place("none"), { signal }),
      () => fs.readFile(place("none"), { signal, flag: "w+" }),
    ]) expect(await rejection(call())).include(aborted);
    expect(nodeFs.existsSync(place("none"))).equal(false);
    nodeFs.writeFileSync(place("some"), "as it was");
    expect(await rejection(fs.writeFile(place("some"), "x", { signal }))).include(aborted);
    expect(await rejection(fs.appendFile(place("some"), "x", { signal } as never))).include(aborted);
    expect(await rejection(fs.readFile(place("some"), { signal, flag: "w+" }))).include(aborted);
    expect(nodeFs.readFileSync(place("some"), "utf8")).equal("as it was");
  });

  it("moves no cursor of a FileHandle, and leaves it open", async () => {
    nodeFs.writeFileSync(place("handle"), "as it was");
    const handle = await fs.open(place("handle"), "r+");
    expect(await rejection(handle.readFile({ signal } as never))).include(aborted);
    expect(await rejection(handle.writeFile("x", { signal }))).include(aborted);
    expect(await rejection(handle.appendFile("x", { signal }))).include(aborted);
    expect(await rejection(fs.readFile(handle, { signal }))).include(aborted);
    expect(await rejection(fs.writeFile(handle, "x", { signal }))).include(aborted);
    expect(await handle.readFile("utf8")).equal("as it was");
    await handle.close();
  });

  it("ends streams before they read or write anything", async () => {
    nodeFs.writeFileSync(place("stream"), "as it was");
    const reader = (await fs.open(place("stream"))).createReadStream({ signal });
    reader.on("data", () => expect.fail("read all the same"));
    expect((await once(reader, "error"))[0]).include(aborted);
    const writer = (await fs.open(place("stream"), "r+")).createWriteStream({ signal } as never);
    const ended = once(writer, "error");
    writer.write("x");
    expect((await ended)[0]).include(aborted);
    for (const stream of [reader, writer]) if (!stream.closed) await once(stream, "close");
    expect(nodeFs.readFileSync(place("stream"), "utf8")).equal("as it was");
    while (openOn(place("stream")) > 0) await turn();
  });

  it("ends watch", async () => {
    const events = fs.watch(place(""), { signal });
    expect(await rejection((async () => { for await (const event of events) expect.fail(JSON.stringify(event)); })())).include(aborted);
  });
});

eachFileSystem("A signal that is aborted on the way", ({ cell, fs, place }) => {
  it("leaves written what Node would have written by then", async () => {
    const written = async (by: FileSystem, name: string): Promise<unknown[]> => {
      const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()];
      const errors = [
        await rejection(by.writeFile(place(`${name}-write`), pieces(one), { signal: one.signal })),
        await rejection(by.appendFile(place(`${name}-append`), pieces(two) as never, { signal: two.signal } as never)),
      ];
      const handle = await by.open(place(`${name}-handle`), "w");
      errors.push(await rejection(handle.writeFile(pieces(three) as never, { signal: three.signal })));
      await handle.write("afterwards");
      await handle.close();
      return [...errors.map(({ name: kind }) => kind), ...["write", "append", "handle"].map((end) => nodeFs.readFileSync(place(`${name}-${end}`), "utf8"))];
    };
    const ours = await written(fs, "ours");
    expect(ours).deep.equal(await written(nodePromises, "nodes"));
    expect(ours.slice(0, 3)).deep.equal(["AbortError", "AbortError", "AbortError"]);
    expect(ours.slice(3)).deep.equal(["first ", "first ", "first afterwards"]);
  });

  it("leaves a beginning of what was written in slices, and no descriptor", async () => {
    const whole = Buffer.alloc(8 << 20, "slice");
    for (let turns = 1; turns < 6; turns++) {
      const controller = new AbortController();
      const writing = fs.writeFile(place("slices"), whole, { signal: controller.signal }).then(() => undefined, (error: unknown) => error);
      for (let index = 0; index < turns; index++) await turn();
      controller.abort();
      const error = await writing;
      const found = nodeFs.readFileSync(place("slices"));
      expect(found.equals(whole.subarray(0, found.length))).equal(true);
      if (error === undefined) expect(found.length).equal(whole.length);
      else expect(error).include(aborted);
      expect(found.length % (512 * 1024)).equal(0);
      expect(openOn(place("slices"))).equal(0);
    }
  });

  it("leaves no descriptor of a readFile", async () => {
    nodeFs.writeFileSync(place("large"), Buffer.alloc(16 << 20, 1));
    for (let turns = 1; turns < 6; turns++) {
      const controller = new AbortController();
      const reading = fs.readFile(place("large"), { signal: controller.signal }).then(() => undefined, (error: unknown) => error);
      for (let index = 0; index < turns; index++) await turn();
      controller.abort();
      const error = await reading;
      if (error !== undefined) expect(error).include(aborted);
      expect(openOn(place("large"))).equal(0);
    }
  });

  it("ends a readFile of a silent FIFO, and what is written later is there for the next reader", async function () {
    if (cell.backend === "js") {
      console.log("      js: nothing interrupts a read that libuv has begun");
      this.skip();
    }
    const fifo = openFifo(cell.folder());
    const silent = `/proc/self/fd/${fifo}`;
    const handle = await fs.open(silent, "r");
    for (const call of [
      (signal: AbortSignal) => fs.readFile(silent, { signal }),
      (signal: AbortSignal) => fs.readFile(handle, { signal, encoding: "utf8" }),
      (signal: AbortSignal) => handle.readFile({ signal } as never),
    ]) {
      const controller = new AbortController();
      const reading = rejection(call(controller.signal));
      for (let index = 0; index < 5; index++) await turn();
      controller.abort("enough");
      expect(await reading).include({ ...aborted, cause: "enough" });
    }
    nodeFs.writeSync(fifo, "later");
    expect((await handle.read(Buffer.alloc(8), 0, 8, null)).buffer.toString("utf8", 0, 5)).equal("later");
    await handle.close();
    nodeFs.closeSync(fifo);
  });

  it("ends streams and watch, and gives their descriptors back", async () => {
    nodeFs.writeFileSync(place("streams"), Buffer.alloc(4 << 20, 1));
    const controller = new AbortController();
    const { signal } = controller;
    const reader = (await fs.open(place("streams"))).createReadStream({ signal });
    const writer = (await fs.open(place("streams"), "r+")).createWriteStream({ signal } as never);
    const ended = [reader, writer].map(async (stream) => {
      const [error] = (await once(stream, "error")) as [Error];
      if (!stream.closed) await once(stream, "close");
      return error;
    });
    const watching = (async () => { for await (const event of fs.watch(place(""), { signal })) void event; })();
    const watched = rejection(watching);
    await once(reader, "data");
    writer.write(Buffer.alloc(1 << 20, 2));
    await turn();
    controller.abort();
    for (const error of await Promise.all(ended)) expect(error).include(aborted);
    expect(await watched).include(aborted);
    while (openOn(place("streams")) > 0) await turn();
  });
});
