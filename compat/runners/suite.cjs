// What a project's own tests do with a file system. Each runner gives its own functions, and the module as it loads it.

"use strict";

const nodeFs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const v8 = require("node:v8");
const vm = require("node:vm");

/**
 * @param host `test`, `expect`, `beforeAll` and `afterAll` of the runner; `load(name)`; `reset()` lets the runner forget
 * modules; `fakeTimers()` and `realTimers()`; `realm`, its globals
 */
module.exports = function suite({ test, expect, beforeAll, afterAll, load, reset, fakeTimers, realTimers, realm }) {
  let fs;
  let folder;
  const place = (name) => path.join(folder, name);
  const failure = (promise) => promise.then(() => expect.unreachable?.("it did not fail"), (error) => error);

  beforeAll(async () => {
    fs = await load("caio/fs");
    folder = nodeFs.mkdtempSync(path.join(os.tmpdir(), "caio-runner-"));
  });
  afterAll(() => nodeFs.rmSync(folder, { recursive: true, force: true }));

  test("is on the backend that was asked for", async () => {
    const { backends } = await load("caio");
    const { name } = backends().find(({ inUse }) => inUse);
    if (process.env.CAIO_IMPL) expect(name).toBe(process.env.CAIO_IMPL);
    else expect(backends().filter(({ available }) => available)[0].name).toBe(name);
  });

  test("writes and reads", async () => {
    await fs.writeFile(place("text"), "some text");
    await fs.appendFile(place("text"), new realm.Uint8Array([33]));
    expect(await fs.readFile(place("text"), "utf8")).toBe("some text!");
    const bytes = await fs.readFile(place("text"));
    expect(bytes).toEqual(realm.Buffer.from("some text!"));
    expect(bytes).toBeInstanceOf(realm.Buffer);
    expect(bytes).toBeInstanceOf(realm.Uint8Array);
  });

  test("gives what Node gives, to toEqual", async () => {
    const node = nodeFs.promises;
    nodeFs.mkdirSync(place("tree/inner"), { recursive: true });
    nodeFs.writeFileSync(place("tree/file"), "x");
    expect(await fs.stat(place("tree/file"))).toEqual(await node.stat(place("tree/file")));
    expect(await fs.stat(place("tree"), { bigint: true })).toEqual(await node.stat(place("tree"), { bigint: true }));
    expect(await fs.stat(place("tree"))).toBeInstanceOf(nodeFs.Stats);
    expect(await fs.readdir(place("tree"))).toEqual(["file", "inner"]);
    expect(await fs.readdir(place("tree"), { withFileTypes: true })).toEqual(await node.readdir(place("tree"), { withFileTypes: true }));
    expect((await fs.readdir(place("tree"), { withFileTypes: true }))[0]).toBeInstanceOf(nodeFs.Dirent);
    expect(await fs.mkdir(place("made/up"), { recursive: true })).toBe(place("made"));
    expect(await fs.statfs(folder)).toMatchObject({ type: expect.any(Number) });
  });

  test("gives promises of the runner's realm", async () => {
    const pending = fs.stat(folder);
    expect(pending).toBeInstanceOf(realm.Promise);
    await pending;
  });

  test("fails with errors of the runner's realm", async () => {
    await expect(fs.readFile(place("none"))).rejects.toThrow("ENOENT: no such file or directory, open");
    await expect(fs.readFile(place("none"))).rejects.toMatchObject({ code: "ENOENT", errno: -2, syscall: "open", path: place("none") });
    const error = await failure(fs.unlink(place("none")));
    expect(error).toBeInstanceOf(realm.Error);
    expect(error.stack).toContain("suite.cjs");
    await expect(fs.readFile(place("tree"))).rejects.toThrow(/EISDIR/);
  });

  test("refuses arguments as Node does, whatever the realm", async () => {
    for (const args of [[5], [place("tree/file"), { encoding: "nonsense" }], ["a\0b"], [{}]]) {
      const [ours, nodes] = [await failure(fs.readFile(...args)), await failure(nodeFs.promises.readFile(...args))];
      expect([ours.name, ours.message, ours.code]).toEqual([nodes.name, nodes.message, nodes.code]);
    }
  });

  test("takes memory of the runner's realm", async () => {
    const handle = await fs.open(place("memory"), "w+");
    const { Buffer, DataView, Float64Array, Uint8Array, Uint16Array, ArrayBuffer } = realm;
    for (const [position, view] of [Buffer.from("01234567"), new Uint8Array(8).fill(65), new Uint16Array(4).fill(0x4242), new Float64Array(1), new DataView(new ArrayBuffer(8))].entries()) {
      expect(await handle.write(view, 0, 8, position * 8)).toEqual({ bytesWritten: 8, buffer: view });
    }
    for (const view of [new Float64Array(2), new DataView(new ArrayBuffer(16)), Buffer.alloc(16)]) {
      const { bytesRead, buffer } = await handle.read(view, 0, 16, 0);
      expect(bytesRead).toBe(16);
      expect(buffer).toBe(view);
      expect(Buffer.from(view.buffer, view.byteOffset, 16).toString()).toBe("01234567AAAAAAAA");
    }
    const views = [new Uint16Array(1), new Uint8Array(2)];
    expect(await handle.readv(views, 0)).toEqual({ bytesRead: 4, buffers: views });
    expect(await handle.writev(views, 0)).toEqual({ bytesWritten: 4, buffers: views });
    expect((await handle.read()).buffer).toBeInstanceOf(Buffer);
    expect((await handle.read({ buffer: new Uint8Array(4), position: 0 })).bytesRead).toBe(4);
    await handle.close();
    expect((await failure(handle.stat())).code).toBe("EBADF");
  });

  test("takes URLs, Buffers and options of the runner's realm", async () => {
    const { URL, Buffer } = realm;
    await fs.writeFile(new URL(pathToFileURL(place("by url"))), "1");
    expect(await fs.readFile(Buffer.from(place("by url")), { encoding: "utf8", flag: "r" })).toBe("1");
    await fs.utimes(place("by url"), new realm.Date(1000), new realm.Date(2000));
    expect((await fs.stat(place("by url"))).mtimeMs).toBe(2000);
  });

  test("writes iterables, async ones and streams", async () => {
    const { Readable } = require("node:stream");
    async function* pieces() {
      yield "a";
      yield realm.Buffer.from("b");
      yield new realm.Uint8Array([99]);
    }
    await fs.writeFile(place("list"), ["a", "b", "c"]);
    await fs.writeFile(place("generated"), pieces());
    await fs.writeFile(place("streamed"), Readable.from(["a", "b", "c"]));
    for (const name of ["list", "generated", "streamed"]) expect(await fs.readFile(place(name), "utf8")).toBe("abc");
  });

  test("streams", async () => {
    await fs.writeFile(place("lines"), "one\ntwo\n");
    const lines = [];
    for await (const line of (await fs.open(place("lines"))).readLines()) lines.push(line);
    expect(lines).toEqual(["one", "two"]);
    const { pipeline } = require("node:stream/promises");
    const [from, to] = [await fs.open(place("lines")), await fs.open(place("copied"), "w")];
    await pipeline(from.createReadStream(), to.createWriteStream());
    expect(await fs.readFile(place("copied"), "utf8")).toBe("one\ntwo\n");
    const web = await fs.open(place("lines"));
    const chunks = [];
    for await (const chunk of web.readableWebStream({ type: "bytes" })) chunks.push(...new realm.Uint8Array(chunk.buffer ?? chunk, chunk.byteOffset ?? 0, chunk.byteLength));
    expect(realm.Buffer.from(chunks).toString()).toBe("one\ntwo\n");
    await web.close();
    const byNode = nodeFs.createReadStream("", { fd: await fs.open(place("lines")), encoding: "utf8" });
    let text = "";
    for await (const chunk of byNode) text += chunk;
    expect(text).toBe("one\ntwo\n");
  });

  test("aborts by signals of the runner's realm", async () => {
    const controller = new realm.AbortController();
    const reading = failure(fs.readFile(place("text"), { signal: controller.signal }));
    controller.abort();
    expect(await reading).toMatchObject({ name: "AbortError", code: "ABORT_ERR" });
    expect(await failure(fs.writeFile(place("text"), "x", { signal: realm.AbortSignal.abort() }))).toMatchObject({ name: "AbortError" });
  });

  test("walks, copies and removes trees", async () => {
    await fs.cp(place("tree"), place("tree 2"), { recursive: true, filter: () => true });
    const names = [];
    for await (const entry of await fs.opendir(place("tree 2"))) names.push(entry.name);
    expect(names.sort()).toEqual(["file", "inner"]);
    await expect(fs.cp(place("tree"), place("tree/inner/x"), { recursive: true })).rejects.toMatchObject({ code: "ERR_FS_CP_EINVAL" });
    await expect(fs.rm(place("tree 2"))).rejects.toMatchObject({ code: "ERR_FS_EISDIR" });
    await fs.rm(place("tree 2"), { recursive: true });
    expect(await fs.access(place("tree 2")).catch((error) => error.code)).toBe("ENOENT");
  });

  test("goes on while the timers are fake", async () => {
    fakeTimers();
    try {
      const made = await fs.mkdtemp(place("fake-"));
      const name = path.join(made, "file");
      await fs.writeFile(name, realm.Buffer.alloc(3_000_000, 1));
      const contents = await Promise.all(Array.from({ length: 40 }, () => fs.readFile(name)));
      expect(contents.every(({ length }) => length === 3_000_000)).toBe(true);
      expect((await fs.readFile(name, { signal: new realm.AbortController().signal })).length).toBe(3_000_000);
      const handle = await fs.open(name, "r+");
      await Promise.all(Array.from({ length: 40 }, (_, index) => handle.write("x", index)));
      await handle.sync();
      const chunks = [];
      for await (const chunk of handle.createReadStream({ start: 0, end: 9 })) chunks.push(chunk);
      expect(realm.Buffer.concat(chunks).toString()).toBe("x".repeat(10));
      const names = [];
      for await (const entry of await fs.opendir(made)) names.push(entry.name);
      expect(names).toEqual(["file"]);
      await fs.rm(made, { recursive: true, maxRetries: 2, retryDelay: 1 });
    } finally {
      realTimers();
    }
  });

  test("is evaluated anew, twice at once", async () => {
    const handle = await fs.open(place("first"), "w+");
    await reset();
    const again = await load("caio/fs");
    await again.writeFile(handle, "by the second");
    await handle.close();
    expect(await fs.readFile(place("first"), "utf8")).toBe("by the second");
    const second = await again.open(place("first"));
    expect(await fs.readFile(second, "utf8")).toBe("by the second");
    await second.close();
    await expect(again.readFile(place("none"))).rejects.toThrow("ENOENT");
  });

  test("is evaluated anew again and again, and keeps no more threads and descriptors for it", async () => {
    const count = () => ["task", "fd"].map((what) => nodeFs.readdirSync(`/proc/self/${what}`).length);
    const once = async () => {
      await reset();
      const again = await load("caio/fs");
      const handle = await again.open(place("text"), "r+");
      await Promise.all([handle.read(), handle.sync(), again.readFile(place("text")), again.stat(folder)]);
      await handle.close();
    };
    if (process.platform !== "linux") return;
    for (let round = 0; round < 5; round += 1) await once();
    const before = count();
    for (let round = 0; round < 40; round += 1) await once();
    v8.setFlagsFromString("--expose-gc");
    const collect = vm.runInNewContext("gc");
    const isMore = () => count().some((number, index) => number - before[index] > 25);
    for (let round = 0; round < 100 && isMore(); round += 1) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(isMore() ? count() : before).toEqual(before);
  });

  test("has an AsyncContext", async () => {
    const { AsyncContext } = await load("caio");
    const context = new AsyncContext({ maxRequests: 8 });
    const handle = await fs.open(place("context"), "w+");
    await Promise.all([context.write("Hello from ", handle.fd, 0), context.write(new realm.Uint8Array([33, 33]), handle.fd, 11)]);
    const bytes = await context.read(32, handle.fd, 0);
    expect(bytes).toEqual(realm.Buffer.from("Hello from !!"));
    const given = new realm.Float64Array(1);
    expect(await context.read(given, handle.fd, 0)).toBeTruthy();
    await context.fdsync(handle.fd);
    const error = await failure(context.read(4, 12345, 0));
    expect(error).toBeInstanceOf(realm.Error);
    expect(error).toMatchObject({ code: "EBADF" });
    expect(() => new AsyncContext({ maxRequests: 0 })).toThrow(realm.RangeError);
    await context.close();
    await handle.close();
  });

  test("is a file system in memory", async () => {
    const { createFs } = await load("caio");
    const { memfs } = await load("memfs");
    const memory = createFs({ fs: memfs({ "/app/config.json": '{"a":1}' }).fs });
    expect(JSON.parse(await memory.readFile("/app/config.json", "utf8"))).toEqual({ a: 1 });
    fakeTimers();
    try {
      for (let index = 0; index < 300; index += 1) await memory.writeFile(`/app/file-${index}`, String(index));
      expect(await memory.readdir("/app")).toHaveLength(301);
    } finally {
      realTimers();
    }
    // memfs's own Dir goes on in a process.nextTick, which Jest makes a fake too.
    for await (const entry of await memory.opendir("/app")) expect(entry.isFile()).toBe(true);
    await expect(memory.readFile("/none")).rejects.toMatchObject({ code: "ENOENT" });
    await memory[Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]?.();
  });
};
