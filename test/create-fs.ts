import { expect } from "chai";
import { once } from "node:events";
import nodeFs from "node:fs";
import nodePromises from "node:fs/promises";
import path from "node:path";
import { inspect } from "node:util";
import { createFsFromVolume, Volume } from "memfs";
import { backends, createFs, type OwnFileSystem } from "caio";
import { asyncDispose } from "./dispose";
import { runNode } from "./child";
import { eachCell, packageRoot } from "./matrix";
import { rejection } from "./rejection";

describe("createFs over memfs", () => {
  const memory = createFsFromVolume(new Volume());
  let fs: OwnFileSystem;

  before(async () => {
    fs = createFs({ backend: "js", fs: memory });
    await fs.mkdir("/made/by/caio", { recursive: true });
  });
  after(() => fs[asyncDispose]());

  it("has the running Node's names, lengths and kinds of function", () => {
    expect(Object.keys(fs)).deep.equal(Object.keys(nodePromises));
    for (const [name, ofNode] of Object.entries(nodePromises)) {
      const ours = (fs as unknown as Record<string, unknown>)[name];
      expect(typeof ours, name).equal(typeof ofNode);
      if (typeof ours === "function" && typeof ofNode === "function") expect([ours.name, ours.length], name).deep.equal([ofNode.name, ofNode.length]);
    }
    expect(fs.constants).equal(nodePromises.constants);
  });

  it("keeps everything in memory", async () => {
    await fs.writeFile("/made/by/caio/file", "text");
    expect(memory.readFileSync("/made/by/caio/file", "utf8")).equal("text");
    expect(nodeFs.existsSync("/made")).equal(false);
    expect(await fs.readFile("/made/by/caio/file", "utf8")).equal("text");
    expect(await fs.readdir("/made/by")).deep.equal(["caio"]);
    expect(await fs.stat("/made/by/caio/file")).instanceOf(nodeFs.Stats).include({ size: 4 });
    expect(await rejection(fs.readFile("/made/no"))).include({ code: "ENOENT", errno: -2, syscall: "open", path: "/made/no" });
    await fs.rm("/made/by/caio/file");
    expect(memory.existsSync("/made/by/caio/file")).equal(false);
  });

  it("tells numbers beyond the signed 64 bits, in which Node has its bigints, as Node does", async () => {
    const own = createFs({
      backend: "js",
      fs: {
        ...memory,
        stat: (path: string, options: { bigint: boolean }, done: (error: unknown, stats?: unknown) => void) =>
          memory.stat(path, options as never, (error, stats) => {
            if (stats !== undefined) Object.assign(stats, { ino: BigInt.asIntN(64, 2n ** 63n + 4096n) });
            done(error, stats);
          }),
      } as unknown as typeof memory,
    });
    expect(await own.stat("/made")).include({ ino: 2 ** 63 + 4096 });
    expect(await own.stat("/made", { bigint: true })).include({ ino: -(2n ** 63n) + 4096n });
    await own[asyncDispose]();
  });

  it("never goes to the disk, whatever the arguments are", async () => {
    const name = `/tmp/caio-create-fs-${process.pid}`;
    nodeFs.mkdirSync(path.join(name, "inside"), { recursive: true });
    nodeFs.writeFileSync(path.join(name, "file"), "on the disk");
    const before = nodeFs.statSync(path.join(name, "file"));
    const file = path.join(name, "file");
    const strange: Record<string, unknown[][]> = {
      access: [[file], [file, 99]],
      appendFile: [[file, "x"], [file, "x", { flush: 1 }], [file, "x", { signal: AbortSignal.abort() }]],
      chmod: [[file, 0o600], [file, "zzz"]],
      chown: [[file, 1, 1], [file, 2 ** 32, 1]],
      copyFile: [[file, `${file}2`], [file, `${file}2`, 99]],
      cp: [[name, `${name}2`, { recursive: true }], [name, `${name}2`]],
      lchown: [[file, 1, 1]],
      link: [[file, `${file}2`]],
      lstat: [[file], [file, { throwIfNoEntry: false }], [file, null]],
      lutimes: [[file, 1, 1]],
      mkdir: [[`${name}/new`], [`${name}/new`, { recursive: 1 }]],
      mkdtemp: [[`${name}/new-`], [`${name}/new-`, { encoding: "buffer" }]],
      mkdtempDisposable: [[`${name}/new-`]],
      open: [[file, "r"], [file, "nonsense"], [file, "r", {}]],
      opendir: [[name], [name, { bufferSize: 0 }]],
      readFile: [[file], [file, { flag: "nonsense" }], [file, { encoding: "nonsense" }], [file, { buffer: Buffer.alloc(99) }]],
      readdir: [[name], [name, { recursive: true }], [name, { encoding: "nonsense" }]],
      readlink: [[file]],
      realpath: [[file], [file, { encoding: "buffer" }]],
      rename: [[file, `${file}2`]],
      rm: [[name, { recursive: true }], [name, { recursive: 1 }], [name]],
      rmdir: [[`${name}/inside`], [`${name}/inside`, { recursive: true }]],
      stat: [[file], [file, { throwIfNoEntry: false }], [file, null]],
      statfs: [[`${name}/inside`]],
      symlink: [[file, `${file}2`], [file, `${file}2`, "nonsense"]],
      truncate: [[file], [file, 1], [file, "1"]],
      unlink: [[file]],
      utimes: [[file, 1, 1], [file, "1", "x"]],
      writeFile: [[file, "x"], [file, ["x", "y"]], [file, 1], [file, "x", { mode: "zzz" }]],
    };
    try {
      for (const [called, lists] of Object.entries(strange)) {
        const call = (fs as unknown as Record<string, ((...args: unknown[]) => Promise<unknown>) | undefined>)[called];
        if (call === undefined) continue;
        for (const args of lists) {
          const result = await call(...args).catch((error: unknown) => error);
          const shown = Buffer.isBuffer(result) ? String(result) : inspect(result);
          expect(shown, `${called}(${JSON.stringify(args)})`).not.include("on the disk");
        }
      }
      expect(nodeFs.readdirSync(name)).deep.equal(["file", "inside"]);
      expect(nodeFs.existsSync(`${name}2`)).equal(false);
      expect(nodeFs.readFileSync(file, "utf8")).equal("on the disk");
      const { mode, uid, mtimeMs } = nodeFs.statSync(file);
      expect({ mode, uid, mtimeMs }).deep.equal({ mode: before.mode, uid: before.uid, mtimeMs: before.mtimeMs });
    } finally {
      nodeFs.rmSync(name, { recursive: true });
    }
  });

  it("asks the module's promises for what is none of the engine's, and says where there are none", async () => {
    await fs.mkdir("/deep/er", { recursive: true });
    const { promises: _promises, ...callbacks } = memory;
    await using without = createFs({ fs: callbacks as never });
    await without.writeFile("/deep/file", "x");
    expect(await rejection(without.lstat("/deep/file", "no options" as never))).include({ code: "ENOSYS", syscall: "lstat" });
    const watched = without.watch("/deep")[Symbol.asyncIterator]();
    expect(await rejection(watched.next())).include({ code: "ENOSYS" });
  });

  it("refuses arguments in Node's own words, and leaves the disk alone meanwhile", async () => {
    const one = (own: typeof nodePromises): Promise<unknown>[] => [
      own.mkdir("/other", { recursive: 1 as never }),
      own.rm("/other", null as never),
      own.open("/other", "nonsense"),
      own.writeFile("/other", { toString: () => "x" } as never),
      own.truncate("/deep", 1.5),
      own.rename("/other", 5 as never),
      own.readFile("/other", { signal: AbortSignal.abort() }),
    ];
    const [ours, nodes] = await Promise.all([fs, nodePromises].map((own) => Promise.all(one(own).map(rejection))));
    const plain = (error: unknown): unknown[] => [(error as Error).name, (error as Error).message, (error as NodeJS.ErrnoException).code];
    // Node opens before it looks at the length.
    nodes?.splice(4, 1, Object.assign(new RangeError('The value of "len" is out of range. It must be an integer. Received 1.5'), { code: "ERR_OUT_OF_RANGE" }));
    expect(ours?.map(plain)).deep.equal(nodes?.map(plain));
    expect(nodeFs.existsSync("/other")).equal(false);
  });

  it("lets the event loop go round while one call after the other is answered at once", async () => {
    let fired = false;
    setTimeout(() => (fired = true), 1);
    let calls = 0;
    while (!fired && calls < 1_000_000) {
      await fs.stat("/made");
      calls += 1;
    }
    expect(fired).equal(true);
  });

  it("refuses to copy a directory into itself by way of a link", async () => {
    await fs.mkdir("/whole/inner", { recursive: true });
    await fs.symlink("/whole", "/way");
    expect(await rejection(fs.cp("/whole", "/way/inner/copy", { recursive: true }))).include({ code: "ERR_FS_CP_EINVAL" });
  });

  it("has FileHandles that stream, and read and write what memory holds", async () => {
    const handle = await fs.open("/made/stream", "w+");
    expect(handle.constructor.name).equal("FileHandle");
    await handle.write("one\ntwo\n");
    expect((await handle.stat()).size).equal(8);
    const lines: string[] = [];
    for await (const line of handle.readLines({ start: 0, autoClose: false })) lines.push(line);
    expect(lines).deep.equal(["one", "two"]);
    const chunks: Uint8Array[] = [];
    const again = await fs.open("/made/stream");
    for await (const chunk of again.readableWebStream() as AsyncIterable<Uint8Array>) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).equal("one\ntwo\n");
    await again.close();
    const stream = handle.createWriteStream({ start: 0 });
    stream.end("ONE");
    await once(stream, "close");
    expect(handle.fd).equal(-1);
    expect(await fs.readFile("/made/stream", "utf8")).equal("ONE\ntwo\n");
    expect(typeof (handle as unknown as { getAsyncId(): unknown }).getAsyncId()).equal("number");
  });

  it("refuses wrong arguments of a FileHandle in Node's words", async () => {
    const [ours, nodes] = [await fs.open("/made/words", "w+"), await nodePromises.open("/dev/null", "r+")];
    const said = ({ code, message }: Error & { code?: string }): unknown => ({ code, message });
    for (const [name, ...args] of [["read", Buffer.alloc(4), 9], ["chmod", "zzz"], ["truncate", "1"], ["write", 1], ["readv", 1]] as const) {
      const call = (handle: object): Promise<unknown> => (handle as Record<string, (...all: unknown[]) => Promise<unknown>>)[name]?.(...args) as Promise<unknown>;
      expect(said(await rejection(call(ours))), name).deep.equal(said(await rejection(call(nodes))));
    }
    await Promise.all([ours.close(), nodes.close()]);
    expect(said(await rejection(ours.read()))).deep.equal(said(await rejection(nodes.read())));
    await ours.close();
  });

  it("takes FileHandles of the same kind, and no others' for a path", async () => {
    const handle = await fs.open("/made/handle", "w+");
    await fs.writeFile(handle, "through the handle");
    expect(memory.readFileSync("/made/handle", "utf8")).equal("through the handle");
    expect(await rejection(nodePromises.readFile(handle))).include({ code: "ERR_INVALID_ARG_TYPE" });
    const real = await nodePromises.open("/dev/null");
    expect(await rejection(fs.readFile(real))).instanceOf(TypeError);
    await Promise.all([handle.close(), real.close()]);
  });

  it("does not close the process's descriptor of the same number when a FileHandle is lost", () => {
    const { stdout, stderr } = runNode(
      `const nodeFs = require("node:fs");
       const { createFs } = require("caio");
       const fd = nodeFs.openSync("package.json");
       const fs = createFs({ fs: { ...nodeFs, open: (path, flags, mode, done) => done(null, fd) } });
       (async () => {
         await (async () => { await fs.open("anything"); })();
         for (let round = 0; round < 20; round++) {
           gc();
           await new Promise((resolve) => setTimeout(resolve, 5));
         }
         console.log(nodeFs.fstatSync(fd).ino === nodeFs.statSync("package.json").ino);
       })();`,
      { nodeOptions: ["--expose-gc"] },
    );
    expect({ stdout, stderr }).deep.equal({ stdout: "true\n", stderr: "" });
  });
});

eachCell("createFs", (cell) => {
  it("has an engine of its own, which ends when it is disposed of", async () => {
    const fs = createFs({ backend: cell.backend, tryNow: cell.tryNow, maxRequests: 2, poolSize: 1 });
    const name = path.join(cell.folder(), "own");
    const names = Array.from({ length: 20 }, (_, index) => `${name}-${index}`);
    await Promise.all(names.map((each) => fs.writeFile(each, each)));
    expect(await Promise.all(names.map((each) => fs.readFile(each, "utf8")))).deep.equal(names);
    const handle = await fs.open(name, "w+");
    expect(handle).instanceOf((await nodePromises.open(name).then(async (nodes) => (await nodes.close(), nodes))).constructor);
    await handle.close();
    const last = fs.writeFile(name, "last");
    await fs[asyncDispose]();
    await last;
    expect(nodeFs.readFileSync(name, "utf8")).equal("last");
    expect(await rejection(fs.readFile(name))).include({ code: "EBADF" });
    expect(Object.keys(fs)).deep.equal(Object.keys(nodePromises));
  });
});

describe("A FileHandle of Node's", () => {
  it("is served by one engine after the other", async () => {
    const handle = await nodePromises.open(path.join(packageRoot, "package.json"));
    for (let engine = 0; engine < 3; engine++) {
      await using fs = createFs();
      expect(String(await fs.readFile(handle)).length > 0).equal(engine === 0);
    }
    await handle.close();
  });
});

describe("createFs's options", () => {
  it("are checked", () => {
    expect(() => createFs({ backend: "none" as never })).throws(TypeError).with.property("code", "ERR_INVALID_ARG_VALUE");
    expect(() => createFs({ maxRequests: 0 })).throws(RangeError).with.property("code", "ERR_OUT_OF_RANGE");
    expect(() => createFs({ poolSize: "2" as never })).throws(TypeError).with.property("code", "ERR_INVALID_ARG_TYPE");
    expect(() => createFs({ fs: {} as never })).throws(TypeError).with.property("code", "ERR_INVALID_ARG_VALUE");
    if (backends().some(({ name, available }) => name === "thread" && available))
      expect(() => createFs({ backend: "thread", fs: nodeFs })).throws(TypeError).with.property("code", "ERR_INVALID_ARG_VALUE");
  });
});
