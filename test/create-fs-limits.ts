import { expect } from "chai";
import { spawnSync } from "node:child_process";
import nodeFs from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { createFsFromVolume, Volume } from "memfs";
import { createFs, type CreateFsOptions, type OwnFileSystem } from "caio";
import { asyncDispose } from "./dispose";
import { runNode } from "./child";
import { eachCell, packageRoot } from "./matrix";
import { rejection } from "./rejection";

/** How many of the promises have settled, once the event loop has gone round some times. */
async function settledOf(promises: readonly Promise<unknown>[]): Promise<number> {
  let count = 0;
  for (const promise of promises) void promise.finally(() => count++).catch(() => undefined);
  for (let turn = 0; turn < 50; turn++) await setImmediate();
  return count;
}

/** How many descriptors are open on what is in the folder: the engine has some of its own, and may take more at any time. */
const openIn = (folder: string): number => {
  const place = nodeFs.realpathSync(folder);
  const name = (fd: string): string => {
    try {
      return nodeFs.readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "closed meanwhile";
    }
  };
  return nodeFs.readdirSync("/proc/self/fd").filter((fd) => name(fd).startsWith(place)).length;
};

eachCell("createFs with maxOpenFiles", (cell) => {
  let fs: OwnFileSystem;
  let names: string[] = [];

  beforeEach(() => {
    names = Array.from({ length: 12 }, (_, index) => path.join(cell.folder(), `limited-${index}`));
    for (const name of names) nodeFs.writeFileSync(name, name);
  });

  const limitedTo = (maxOpenFiles: number): OwnFileSystem =>
    (fs = createFs({ backend: cell.backend, tryNow: cell.tryNow, maxOpenFiles }));

  it("lets opens wait until FileHandles are closed", async () => {
    limitedTo(3);
    const handles = names.map((name) => fs.open(name));
    await Promise.all(handles.slice(0, 3));
    expect(await settledOf(handles)).equal(3);
    for (const handle of handles) await (await handle).close();
    await fs[asyncDispose]();
  });

  it("lets them go on in the order of their calls", async () => {
    limitedTo(1);
    const order: number[] = [];
    const opened = names.map(async (name, index) => {
      const handle = await fs.open(name);
      order.push(index);
      await handle.close();
    });
    await Promise.all(opened);
    expect(order).deep.equal(names.map((_, index) => index));
    await fs[asyncDispose]();
  });

  it("bounds what is open at a time, whatever opens it", async function () {
    if (!nodeFs.existsSync("/proc/self/fd")) this.skip();
    limitedTo(2);
    const held = await fs.open(names[0] ?? "");
    expect(openIn(cell.folder())).equal(1);
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, openIn(cell.folder()))), 0);
    const contents = await Promise.all([
      ...names.map((name) => fs.readFile(name, "utf8")),
      ...names.map((name) => fs.writeFile(`${name}-written`, name)),
      ...names.map(() => fs.readdir(cell.folder())),
      ...names.map(async (name) => {
        const handle = await fs.open(name);
        await setImmediate();
        await handle.close();
      }),
    ]);
    clearInterval(watch);
    expect(contents.slice(0, names.length)).deep.equal(names);
    expect(most).lessThanOrEqual(2);
    await held.close();
    expect(fs.stats().inFlight).equal(0);
    await fs[asyncDispose]();
  });

  it("copies files, and walks directories, with a limit of 1", async () => {
    limitedTo(1);
    await Promise.all(names.map((name) => fs.copyFile(name, `${name}-copy`)));
    expect(await fs.readFile(`${names[3]}-copy`, "utf8")).equal(names[3]);
    const tree = path.join(cell.folder(), "tree");
    await fs.mkdir(path.join(tree, "a", "b", "c"), { recursive: true });
    const found: string[] = [];
    for await (const entry of await fs.opendir(tree, { recursive: true })) found.push(entry.name);
    expect(found).deep.equal(["a", "b", "c"]);
    await fs.cp(tree, `${tree}-copy`, { recursive: true });
    await fs.rm(tree, { recursive: true });
    await fs.rm(`${tree}-copy`, { recursive: true });
    await fs[asyncDispose]();
  });

  it("counts a Dir until it is closed", async () => {
    limitedTo(1);
    const dir = await fs.opendir(cell.folder());
    const reading = fs.readFile(names[0] ?? "", "utf8");
    expect(await settledOf([reading])).equal(0);
    await dir.close();
    expect(await reading).equal(names[0]);
    await fs[asyncDispose]();
  });

  it("gives back what an operation that failed had counted", async () => {
    limitedTo(1);
    const missing = path.join(cell.folder(), "missing");
    for (let round = 0; round < 3; round++) {
      expect(await rejection(fs.open(missing))).include({ code: "ENOENT" });
      expect(await rejection(fs.readFile(missing))).include({ code: "ENOENT" });
      expect(await rejection(fs.opendir(missing))).include({ code: "ENOENT" });
      expect(await rejection(fs.copyFile(missing, `${missing}2`))).include({ code: "ENOENT" });
    }
    expect(await fs.readFile(names[0] ?? "", "utf8")).equal(names[0]);
    await fs[asyncDispose]();
  });

  it("refuses those who wait for a FileHandle when it is disposed of", async () => {
    limitedTo(1);
    const handle = await fs.open(names[0] ?? "");
    const waiting = rejection(fs.readFile(names[1] ?? ""));
    const ended = fs[asyncDispose]();
    expect(await waiting).include({ code: "EBADF" });
    await ended;
    await handle.close();
  });

  it("waits with a copy of a path in bytes", async () => {
    limitedTo(1);
    const handle = await fs.open(names[0] ?? "");
    const bytes = Buffer.from(names[1] ?? "");
    const reading = fs.readFile(bytes, "utf8");
    bytes.fill("x");
    await handle.close();
    expect(await reading).equal(names[1]);
    await fs[asyncDispose]();
  });
});

describe("createFs with maxOpenFiles over memfs", () => {
  it("never has more open in the module at a time", async () => {
    const memory = createFsFromVolume(Volume.fromJSON({ "/a": "a", "/b": "b", "/c": "c" }));
    let [open, most] = [0, 0];
    type Call = (...args: unknown[]) => void;
    const [memoryOpen, memoryClose] = [memory.open, memory.close] as unknown as Call[];
    const counting = {
      ...memory,
      open: (...args: unknown[]) => ((most = Math.max(most, ++open)), memoryOpen?.apply(memory, args)),
      close: (...args: unknown[]) => (open--, memoryClose?.apply(memory, args)),
    };
    await using fs = createFs({ fs: counting as never, maxOpenFiles: 2 });
    const rounds = Array.from({ length: 20 }, (_, index) => `/${"abc"[index % 3]}`);
    await Promise.all(rounds.map((name) => fs.readFile(name)));
    await Promise.all(rounds.map((name) => fs.appendFile(name, "x")));
    await Promise.all(rounds.map(async (name) => (await fs.open(name)).close()));
    expect([open, most]).deep.equal([0, 2]);
  });
});

/** node:fs where at most so many are open at a time: more fail as the system does it. */
function shortOf(descriptors: number): { readonly fs: CreateFsOptions["fs"]; readonly attempts: () => number } {
  const memory = createFsFromVolume(Volume.fromJSON({ "/a": "a", "/b": "b", "/c": "c" }));
  let [open, attempts] = [0, 0];
  type Call = (...args: unknown[]) => void;
  const [memoryOpen, memoryClose] = [memory.open, memory.close] as unknown as Call[];
  const fs = {
    ...memory,
    open: (...args: unknown[]) => {
      attempts++;
      const done = args.at(-1) as (error: unknown) => void;
      if (open >= descriptors) return done(Object.assign(new Error("EMFILE"), { errno: -24, code: "EMFILE" }));
      open++;
      memoryOpen?.apply(memory, args);
    },
    close: (...args: unknown[]) => (open--, memoryClose?.apply(memory, args)),
  };
  return { fs: fs as never, attempts: () => attempts };
}

describe('createFs with onEmfile: "wait"', () => {
  it("waits until a descriptor comes free, in order, and asks no more often than they do", async () => {
    const module = shortOf(2);
    await using fs = createFs({ fs: module.fs, onEmfile: "wait" });
    const first = await fs.open("/a");
    const order: number[] = [];
    const reads = Array.from({ length: 10 }, async (_, index) => {
      const text = await fs.readFile("/b", "utf8");
      order.push(index);
      return text;
    });
    expect(await Promise.all(reads)).deep.equal(Array.from({ length: 10 }, () => "b"));
    expect(order).deep.equal(Array.from({ length: 10 }, (_, index) => index));
    const [second, third] = [await fs.open("/a"), fs.open("/c")];
    expect(await settledOf([third])).equal(0);
    await second.close();
    await (await third).close();
    await first.close();
    expect(module.attempts()).lessThan(40);
  });

  it("fails with Node's error where nothing of its own can come free", async () => {
    await using fs = createFs({ fs: shortOf(0).fs, onEmfile: "wait" });
    const errors = await Promise.all([fs.open("/a"), fs.readFile("/b"), fs.writeFile("/c", "")].map((call) => rejection(call)));
    expect(errors.map((error) => (error as NodeJS.ErrnoException).code)).deep.equal(["EMFILE", "EMFILE", "EMFILE"]);
    expect(errors[0]).include({ syscall: "open", path: "/a", errno: -24 });
  });

  it("fails at once unless it is asked for", async () => {
    await using fs = createFs({ fs: shortOf(1).fs });
    const handle = await fs.open("/a");
    expect(await rejection(fs.open("/b"))).include({ code: "EMFILE" });
    await handle.close();
  });

  eachCell("on a process with few descriptors", (cell) => {
    it("reads and copies more files at a time than there are descriptors", async function () {
      if (process.platform === "win32" || cell.medium === "memory") this.skip();
      for (let index = 0; index < 200; index++) nodeFs.writeFileSync(path.join(cell.folder(), `${index}`), `${index}`);
      const script = `
        const { createFs } = require("caio");
        const { openSync, closeSync, readdirSync } = require("node:fs");
        const options = { backend: ${JSON.stringify(cell.backend)}, tryNow: ${cell.tryNow} };
        const fs = createFs({ ...options, onEmfile: "wait" });
        const names = Array.from({ length: 200 }, (_, index) => ${JSON.stringify(cell.folder())} + "/" + index);
        (async () => {
          await (await fs.open(names[0])).close();
          const handles = [];
          const opens = names.map(async (name) => {
            const handle = await fs.open(name);
            const text = await handle.readFile("utf8");
            await handle.close();
            return text;
          });
          const reads = names.map((name) => fs.readFile(name, "utf8"));
          const copies = names.map((name) => fs.copyFile(name, name + "-copy"));
          const texts = [...await Promise.all(opens), ...await Promise.all(reads)];
          await Promise.all(copies);
          const failing = createFs(options);
          const taken = [];
          try { for (;;) taken.push(openSync("/")); } catch {}
          const codes = await Promise.all([fs, failing].map((own) => own.open(names[0]).catch(({ code, path }) => [code, path === names[0]])));
          for (const fd of taken) closeSync(fd);
          console.log(JSON.stringify([texts.every((text, index) => text === String(index % 200)), codes]));
        })();`;
      const { stdout, stderr } = spawnSync("sh", ["-c", 'ulimit -n 64 && exec "$0" -e "$1"', process.execPath, script], {
        cwd: packageRoot,
        encoding: "utf8",
        timeout: 60_000,
      });
      expect({ stdout, stderr }).deep.equal({ stdout: `${JSON.stringify([true, [["EMFILE", true], ["EMFILE", true]]])}\n`, stderr: "" });
    });
  });
});

describe("A FileHandle of createFs with maxOpenFiles", () => {
  it("that is lost unclosed, or goes to another thread, counts no longer", () => {
    const { stdout, stderr } = runNode(
      `process.on("warning", () => undefined);
       const { createFs } = require("caio");
       const { MessageChannel, receiveMessageOnPort } = require("node:worker_threads");
       const fs = createFs({ maxOpenFiles: 1 });
       (async () => {
         await (async () => { await fs.open("package.json"); })();
         const collecting = setInterval(gc, 5);
         const second = await fs.open("package.json");
         const { port1, port2 } = new MessageChannel();
         port1.postMessage(second, [second]);
         const third = await fs.open("package.json");
         clearInterval(collecting);
         await receiveMessageOnPort(port2).message.close();
         await third.close();
         port1.close();
         console.log("ended");
       })();`,
      { nodeOptions: ["--expose-gc", "--no-warnings"] },
    );
    expect({ stdout, stderr }).deep.equal({ stdout: "ended\n", stderr: "" });
  });
});

describe("createFs's limits of descriptors", () => {
  const refused = (options: object, kind: ErrorConstructor, code: string): void => {
    let asked = false;
    const fs = { ...nodeFs, open: () => (asked = true) };
    expect(() => createFs({ ...options, fs }), JSON.stringify(options)).throws(kind).with.property("code", code);
    expect(asked).equal(false);
  };

  it("are checked before anything is touched", () => {
    for (const maxOpenFiles of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) refused({ maxOpenFiles }, RangeError, "ERR_OUT_OF_RANGE");
    for (const maxOpenFiles of ["2", null, {}]) refused({ maxOpenFiles }, TypeError, "ERR_INVALID_ARG_TYPE");
    for (const onEmfile of ["retry", true, null, 1]) refused({ onEmfile }, TypeError, "ERR_INVALID_ARG_VALUE");
  });
});
