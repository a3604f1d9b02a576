import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import { createFsFromVolume, Volume } from "memfs";
import { backends, createFs, type BackendName, type FileSystemShape } from "caio";
import { runNode } from "./child";
import { asyncDispose } from "./dispose";
import { eachCell, packageRoot } from "./matrix";
import { rejection } from "./rejection";

const namesIn = async (opening: Promise<nodeFs.Dir>): Promise<string[]> => {
  const names: string[] = [];
  for await (const { parentPath, name } of await opening) names.push(path.join(parentPath, name));
  return names;
};

const descriptorsAt = (place: string): number =>
  nodeFs.readdirSync("/proc/self/fd").filter((name) => {
    try {
      return nodeFs.readlinkSync(`/proc/self/fd/${name}`).startsWith(place);
    } catch {
      return false;
    }
  }).length;

interface OpenDirectory {
  read(): Promise<{ readonly names: string[] }>;
  close(): Promise<number>;
}
interface Select {
  readonly defaultOptions: object;
  createEngine(name: BackendName, options: object): {
    engine: { opendir(place: string, bufferSize: number, asBuffers: boolean): Promise<unknown>; end(): Promise<void> };
  };
}

// How entries come from the engine shows below the entries of the package only.
const { createEngine, defaultOptions } = require(path.join(packageRoot, "dist/backends/select.js")) as Select;

const onLinux = process.platform === "linux";

eachCell("an open directory", (cell) => {
  const { backend, tryNow } = cell;

  it("is read in parts of bufferSize, however large it is", async () => {
    const place = path.join(cell.folder(), "large");
    nodeFs.mkdirSync(place);
    // Long names: more than the kernel gives at a time.
    for (let index = 0; index < 300; index++) nodeFs.writeFileSync(path.join(place, `${"n".repeat(240)}${index}`), "");
    const { engine } = createEngine(backend, { ...defaultOptions, tryNow });
    const directory = (await engine.opendir(place, 64, false)) as OpenDirectory;
    const names: string[] = [];
    for (let part = await directory.read(); part.names.length > 0; part = await directory.read()) {
      expect(part.names.length).most(64);
      names.push(...part.names);
    }
    expect(new Set(names).size).equal(300);
    expect(await directory.close()).equal(0);
    await engine.end();
  });

  it("leaves no descriptor behind, by whichever way it is closed", async function () {
    if (!onLinux) this.skip(); // Only /proc tells.
    const place = path.join(cell.folder(), "closed");
    nodeFs.mkdirSync(path.join(place, "a/b"), { recursive: true });
    nodeFs.mkdirSync(path.join(place, "c/d"), { recursive: true });
    await using fs = createFs({ backend, tryNow });
    for (const recursive of [false, true]) {
      const open = (): Promise<nodeFs.Dir> => fs.opendir(place, { recursive });
      await namesIn(open());
      for await (const _entry of await open()) break;
      const synchronous = await open();
      synchronous.readSync();
      synchronous.closeSync();
      const waiting = await open();
      await Promise.all([waiting.read(), waiting.read(), waiting.close()]);
      const called = await open();
      await called.read();
      await new Promise<void>((resolve) => called.close(() => resolve()));
      expect(await rejection(fs.opendir(place, { recursive, bufferSize: 0 }))).include({ code: "ERR_OUT_OF_RANGE" });
      // Node throws this where nobody can catch it.
      expect(await rejection(fs.opendir(place, { recursive, bufferSize: undefined as unknown as number }))).include({ code: "ERR_INVALID_ARG_TYPE" });
      expect(await rejection(fs.opendir(path.join(place, "none"), { recursive }))).include({ code: "ENOENT", syscall: "opendir" });
      expect(descriptorsAt(place)).equal(0);
    }
  });

  it("goes on being read while others are opened, read and closed", async () => {
    const place = path.join(cell.folder(), "many");
    for (let index = 0; index < 50; index++) nodeFs.mkdirSync(path.join(place, `directory-${index}`, "below"), { recursive: true });
    await using fs = createFs({ backend, tryNow, maxRequests: 1 });
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, index) => namesIn(fs.opendir(place, { bufferSize: 1 + (index % 7), recursive: index % 2 === 0 }))),
    );
    for (const [index, names] of all.entries()) expect(new Set(names).size, `opened as number ${index}`).equal(names.length);
    expect(all.map((names) => names.filter((name) => path.dirname(name) === place).length)).deep.equal(Array(30).fill(50));
  });

  if (backend !== "js")
    it("ends with its engine", async () => {
      const place = cell.folder();
      const fs = createFs({ backend, tryNow });
      const [directory, forgotten] = [await fs.opendir(place), await fs.opendir(place)];
      expect(forgotten.path).equal(place);
      await fs[asyncDispose]();
      if (onLinux) expect(descriptorsAt(place)).equal(0);
      expect(await rejection(directory.read())).include({ code: "EBADF", syscall: "readdir" });
      expect(await rejection(directory.close())).include({ code: "EBADF", syscall: "closedir" });
    });
});

describe("an open directory that nobody holds any more", () => {
  for (const { name, available, reason } of backends())
    it(`is closed with Node's warning, on ${name}`, function () {
      if (!onLinux) this.skip(); // Only /proc tells.
      if (!available) {
        console.log(`      ${name} is not available here: ${reason}`);
        this.skip();
      }
      const { stdout, stderr } = runNode(
        `const { readdirSync, readlinkSync } = require("node:fs");
         const { opendir } = require("caio/fs/${name}");
         const folder = process.cwd() + "/src";
         const opened = () => readdirSync("/proc/self/fd").filter((fd) => {
           try { return readlinkSync("/proc/self/fd/" + fd).startsWith(folder); } catch { return false; }
         }).length;
         const warnings = [];
         process.on("warning", ({ name, message, code }) => warnings.push([name, message, code]));
         const lose = async () => {
           const held = [];
           for (const recursive of [false, true]) held.push(await opendir(folder, { recursive }));
           for (const directory of held) await directory.read();
           const closed = await opendir(folder);
           await closed.close();
           return opened();
         };
         const turns = async (count) => { for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 1)); };
         lose().then(async (before) => {
           for (let i = 0; i < 100 && opened() > 0; i++) { await turns(5); global.gc(); }
           await turns(20);
           console.log(JSON.stringify({ lost: before >= 2, left: opened(), warned: warnings.length >= 2, kinds: [...new Set(warnings.map(String))] }));
         });`,
        { nodeOptions: ["--expose-gc", "--no-warnings"] },
      );
      expect(stderr).equal("");
      expect(JSON.parse(stdout)).deep.equal({ lost: true, left: 0, warned: true, kinds: ["Warning,Closing directory handle on garbage collection,"] });
    });

  it("does not hold up the end of a process or of a worker", () => {
    const { stdout, status } = runNode(
      `const { Worker } = require("node:worker_threads");
       const program = "const { opendir } = require('caio/fs'); opendir('.').then((directory) => directory.read()).then(() => console.log('read'))";
       new Worker(program, { eval: true }).on("exit", () => eval(program));`,
    );
    expect([stdout, status]).deep.equal(["read\nread\n", 0]);
  });
});

describe("opendir over a module", () => {
  const tree = { "/tree/a/one": "", "/tree/a/deep/two": "", "/tree/three": "" };
  const expected = ["/tree/a", "/tree/a/deep", "/tree/a/deep/two", "/tree/a/one", "/tree/three"];

  it("with recursive gives what the module holds, and nothing of the disk", async () => {
    const inMemory = { ...tree, [path.join(process.cwd(), "src/only-here")]: "" };
    await using fs = createFs({ backend: "js", fs: createFsFromVolume(Volume.fromJSON(inMemory)) });
    expect((await namesIn(fs.opendir("/tree", { recursive: true }))).sort()).deep.equal(expected);
    expect(await namesIn(fs.opendir(path.join(process.cwd(), "src"), { recursive: true }))).deep.equal([path.join(process.cwd(), "src/only-here")]);
    const directory = await fs.opendir("/tree", { recursive: true, bufferSize: 1 });
    expect(directory).instanceOf(nodeFs.Dir);
    const names: string[] = [];
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) names.push(path.join(entry.parentPath, entry.name));
    directory.closeSync();
    expect(new Set(names)).deep.equal(new Set((await namesIn(fs.opendir("/tree", { recursive: true, bufferSize: 1 })))));
    expect(await rejection(fs.opendir("/tree/three"))).include({ code: "ENOTDIR", syscall: "opendir", path: "/tree/three" });
  });

  it("takes a listing where the module has no opendir", async () => {
    const memory = createFsFromVolume(Volume.fromJSON(tree));
    const lacking = new Proxy(memory, {
      get: (module, name, receiver): unknown => (/^opendir/.test(String(name)) ? undefined : Reflect.get(module, name, receiver)),
    }) as unknown as FileSystemShape;
    await using fs = createFs({ backend: "js", fs: lacking });
    expect((await namesIn(fs.opendir("/tree", { recursive: true }))).sort()).deep.equal(expected);
    expect((await namesIn(fs.opendir("/tree", { bufferSize: 1 }))).sort()).deep.equal(["/tree/a", "/tree/three"]);
    const entries = [];
    const directory = await fs.opendir("/tree");
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) entries.push([entry.name, entry.isDirectory()]);
    directory.closeSync();
    expect(entries).deep.equal([["a", true], ["three", false]]);
    expect(await rejection(fs.opendir("/none"))).include({ code: "ENOENT", syscall: "opendir" });
  });
});
