import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import vm from "node:vm";
import type nodePromises from "node:fs/promises";
import { backends } from "caio";
import { runNode } from "./child";
import { eachFileSystem } from "./fs-matrix";
import { packageRoot } from "./matrix";
import { rejection } from "./rejection";

type FileSystem = typeof nodePromises;

const dist = path.join(packageRoot, "dist");

const forget = (): void => {
  for (const file of Object.keys(require.cache)) if (file.startsWith(dist)) delete require.cache[file];
};

/** caio/fs as a module loader sees it that forgets between two test files, like Jest's. */
function anew(): FileSystem {
  forget();
  return require("caio/fs") as FileSystem;
}

describe("caio/fs, evaluated twice in one process", () => {
  let folder = "";
  const first = new Map(Object.entries(require.cache).filter(([file]) => file.startsWith(dist)));
  const place = (name: string): string => path.join(folder, name);

  before(() => {
    nodeFs.mkdirSync(path.join(packageRoot, "scratch"), { recursive: true });
    folder = nodeFs.mkdtempSync(path.join(packageRoot, "scratch", "caio-twice-"));
  });
  after(() => {
    // The tests after these go on with the copy that was there before.
    forget();
    for (const [file, module] of first) require.cache[file] = module;
    nodeFs.rmSync(folder, { recursive: true });
  });

  it("serves in both copies at the same time", async () => {
    const copies = [anew(), anew(), anew()];
    expect(new Set(copies.map(({ readFile }) => readFile)).size).equal(3);
    await Promise.all(
      copies.flatMap((fs, copy) =>
        Array.from({ length: 50 }, async (_, index) => {
          const name = place(`${copy}-${index}`);
          await fs.writeFile(name, name);
          const handle = await fs.open(name, "r+");
          expect((await handle.read(Buffer.alloc(999))).bytesRead).equal(Buffer.byteLength(name));
          await handle.close();
          expect(await fs.readFile(name, "utf8")).equal(name);
        }),
      ),
    );
    for (const fs of copies) expect(await rejection(fs.readFile(place("none")))).include({ code: "ENOENT", path: place("none") });
  });

  it("takes the other copy's FileHandles", async () => {
    const [one, other] = [anew(), anew()];
    const handle = await one.open(place("handle"), "w+");
    await other.writeFile(handle, "of the other");
    await handle.close();
    expect(await other.readFile(place("handle"), "utf8")).equal("of the other");
  });
});

describe("A copy of caio that has been forgotten", () => {
  for (const { name, available } of backends()) {
    it(`gives its threads and descriptors back on ${name}`, function () {
      if (process.platform !== "linux" || !available) this.skip();
      const script = `
        const { readdirSync } = require("node:fs");
        const { createRequire } = require("node:module");
        const count = () => ["task", "fd"].map((what) => readdirSync("/proc/self/" + what).length);
        const turn = () => new Promise((resolve) => setTimeout(resolve, 10));
        const anew = async () => {
          for (const file of Object.keys(require.cache)) if (file.includes("dist")) delete require.cache[file];
          // A module remembers what it has required: each time another one asks.
          const fs = createRequire(process.cwd() + "/asks.js")("caio/fs");
          const handle = await fs.open("package.json", "r+");
          const [text] = await Promise.all([handle.readFile("utf8"), handle.sync(), fs.readFile("package.json"), fs.stat(".")]);
          await handle.close();
          return text.length > 0;
        };
        (async () => {
          for (let round = 0; round < 3; round++) await anew();
          const before = count();
          for (let round = 0; round < 30; round++) await anew();
          const isMore = () => count().some((number, index) => number > before[index] + 5);
          for (let tries = 0; tries < 300 && isMore(); tries++) { await turn(); gc(); }
          console.log(isMore() ? count() + " after " + before : "as before");
        })();
      `;
      expect(runNode(script, { nodeOptions: ["--expose-gc"], env: { CAIO_IMPL: name } })).to.deep.equal({ stdout: "as before\n", stderr: "", status: 0 });
    });
  }

  it("is not forgotten while an operation or an open handle is left", () => {
    const script = `
      const { createRequire } = require("node:module");
      const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
      const anew = () => {
        for (const file of Object.keys(require.cache)) if (file.includes("dist")) delete require.cache[file];
        return createRequire(process.cwd() + "/asks.js")("caio/fs");
      };
      (async () => {
        const handle = await anew().open("package.json");
        const pending = anew().readFile("package.json", "utf8").then((text) => text.length > 0);
        const syncs = Array.from({ length: 20 }, () => anew().stat("."));
        for (let round = 0; round < 20; round++) { gc(); await turn(); }
        console.log(await pending, (await Promise.all(syncs)).length, (await handle.readFile("utf8")).length > 0);
        await handle.close();
      })();
    `;
    expect(runNode(script, { nodeOptions: ["--expose-gc"], env: { CAIO_TRY_NOW: "0" } })).to.deep.equal({ stdout: "true 20 true\n", stderr: "", status: 0 });
  });
});

eachFileSystem("what comes from another realm", ({ fs, place }) => {
  const realm = vm.createContext({});
  const made = <T>(expression: string): T => vm.runInContext(expression, realm) as T;

  it("is read into and written from", async () => {
    const handle = await fs.open(place("realm"), "w+");
    const bytes = made<Uint8Array>("Uint8Array.of(104, 101, 108, 108, 111)");
    expect(bytes instanceof Uint8Array).equal(false);
    expect((await handle.write(bytes)).buffer).equal(bytes);
    await handle.writev([made<Uint8Array>("Uint8Array.of(33)"), made<DataView>("new DataView(Uint8Array.of(33).buffer)")]);
    const target = made<Uint8Array>("new Uint8Array(7)");
    expect(await handle.read(target, { position: 0 })).property("bytesRead", 7);
    expect(Buffer.from(target).toString()).equal("hello!!");
    const views = made<Uint8Array[]>("[new Uint8Array(3), new Uint8Array(4)]");
    expect((await handle.readv(views, 0)).bytesRead).equal(7);
    await handle.close();
    await fs.writeFile(place("realm"), made<Uint8Array>("Uint8Array.of(97)"));
    await fs.appendFile(place("realm"), made<string[]>("['b', 'c']") as never);
    expect(await fs.readFile(place("realm"), made<object>("({ encoding: 'utf8' })") as never)).equal("abc");
  });

  it("names paths by bytes, and its options count", async () => {
    const name = made<(text: string) => Uint8Array>("(text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))")(place("bytes"));
    await fs.writeFile(name as never, "x", made<object>("({ mode: 0o600 })"));
    expect((await fs.stat(name as never, made<{ bigint: true }>("({ bigint: true })"))).size).equal(1n);
    expect(await fs.readdir(path.dirname(place("bytes")), made<object>("({ withFileTypes: false })"))).include("bytes");
    await fs.rm(name as never, made<object>("({ force: true })"));
    expect(nodeFs.existsSync(place("bytes"))).equal(false);
  });
});

describe("A vm context's code", () => {
  it("uses caio/fs, and gets results and errors of the main realm", async () => {
    const fs = anew();
    const context = vm.createContext({ fs, file: path.join(packageRoot, "package.json") });
    const run = vm.runInContext(
      `(async () => {
        const text = await fs.readFile(file, "utf8");
        const error = await fs.readFile(file + ".none").catch((error) => error);
        return [JSON.parse(text).name, error.code, fs.stat(file).constructor === Promise];
      })()`,
      context,
    ) as Promise<unknown[]>;
    expect(Array.from(await run)).deep.equal(["caio", "ENOENT", false]);
  });
});
