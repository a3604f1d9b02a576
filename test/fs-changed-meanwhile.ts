/** Files and directories that somebody else changes while they are read, walked or removed. */

import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import { eachFileSystem } from "./fs-matrix";
import { codeOf, expectNodesOutcomes } from "./outcomes";

const mebibyte = 1024 * 1024;
/** Each byte tells its place. */
const pattern = (length: number): Buffer => Buffer.alloc(length, "0123456789abcdefghijklmnopqrstu");
const isBeginning = (part: Buffer, whole: Buffer): boolean => part.equals(whole.subarray(0, part.length));

/** What a promise ended with, as a word. */
const wordFor = (promise: Promise<unknown>): Promise<string> => promise.then(() => "done", (error: unknown) => String(codeOf(error)));

eachFileSystem("a file that is truncated while it is read", ({ fs, place }) => {
  it("ends where node:fs/promises sees it end", async () => {
    const file = place("shrinking");
    await expectNodesOutcomes(fs, ["done"], async (one, note) => {
      nodeFs.writeFileSync(file, pattern(3 * mebibyte));
      const handle = await one.open(file);
      const read = (length: number, position: number | null): Promise<string> =>
        handle.read(Buffer.alloc(length), 0, length, position).then(({ bytesRead, buffer }) => `${bytesRead} ${isBeginning(buffer.subarray(0, bytesRead), pattern(length))}`);
      await note("before", read(mebibyte, 0));
      await note("at the cursor", read(mebibyte, null));
      nodeFs.truncateSync(file, mebibyte + 100);
      await note("across the new end", handle.read(Buffer.alloc(1000), 0, 1000, mebibyte).then(({ bytesRead }) => bytesRead));
      await note("beyond", read(1000, 2 * mebibyte));
      await note("at the cursor, beyond", read(1000, null));
      await note("the rest", handle.readFile().then(({ length }) => length));
      await note("readv", handle.readv([Buffer.alloc(50), Buffer.alloc(100)], mebibyte).then(({ bytesRead }) => bytesRead));
      nodeFs.truncateSync(file, 0);
      await note("nothing", read(10, 0));
      nodeFs.writeFileSync(file, pattern(2 * mebibyte + 10));
      await note("grown again, at the cursor", read(1000, null));
      await handle.close();
      nodeFs.rmSync(file);
    });
  });

  it("gives a stream what was there, and an end", async () => {
    const file = place("streamed");
    await expectNodesOutcomes(fs, ["done"], async (one, note) => {
      nodeFs.writeFileSync(file, pattern(mebibyte));
      const stream = (await one.open(file)).createReadStream({ highWaterMark: 1000 });
      let total = 0;
      await note("stream", (async () => {
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          if (total === 0) nodeFs.truncateSync(file, 0);
          total += chunk.length;
        }
        return total <= 3000;
      })());
      nodeFs.rmSync(file);
    });
  });

  it("whenever that happens, gives a beginning of what was there, and never more", async () => {
    const file = place("raced");
    const whole = pattern(2 * mebibyte);
    for (let round = 0; round < 20; round += 1) {
      nodeFs.writeFileSync(file, whole);
      const end = 70_000 * round;
      const reads = [fs.readFile(file), fs.readFile(file, "latin1").then((text) => Buffer.from(text, "latin1"))];
      const [first, second] = await Promise.all([...reads, fs.truncate(file, end)]);
      for (const part of [first, second]) {
        if (!(part instanceof Buffer)) throw new Error("a file was not read");
        expect([part.length >= end, isBeginning(part.subarray(0, end), whole)]).to.deep.equal([true, true]);
        // Behind the new end a reader may meet the zeros with which the kernel fills the page that is cut.
        expect(part.subarray(end).every((byte, index) => byte === 0 || byte === whole[end + index])).to.equal(true);
      }
    }
  });
});

const plantTree = (top: string, width: number): void => {
  for (let branch = 0; branch < width; branch += 1) {
    const folder = path.join(top, `branch-${branch}`, "deep");
    nodeFs.mkdirSync(folder, { recursive: true });
    for (let leaf = 0; leaf < width; leaf += 1) nodeFs.writeFileSync(path.join(folder, `leaf-${leaf}`), "x");
  }
};

eachFileSystem("a directory that is removed while it is walked", ({ fs, place }) => {
  it("ends where node:fs/promises sees it end", async () => {
    const top = place("walked");
    await expectNodesOutcomes(fs, ["done", "ENOENT"], async (one, note) => {
      nodeFs.mkdirSync(top);
      for (let index = 0; index < 100; index += 1) nodeFs.writeFileSync(path.join(top, `entry-${index}`), "x");
      const dir = await one.opendir(top, { bufferSize: 1 });
      await note("first", dir.read().then((entry) => entry !== null));
      nodeFs.rmSync(top, { recursive: true });
      await note("next", dir.read().then((entry) => entry !== null));
      await note("close", dir.close());
      await note("opendir", one.opendir(top));
      await note("readdir", one.readdir(top));
      await note("readdir recursive", one.readdir(top, { recursive: true }));
      await note("rm", one.rm(top, { recursive: true }));
      await note("rm forced", one.rm(top, { recursive: true, force: true }));
      await note("cp", one.cp(top, place("copy"), { recursive: true }).then(undefined, codeOf));
    });
  });

  it("whenever that happens, gives what was there or ENOENT", async () => {
    for (let round = 0; round < 10; round += 1) {
      const top = place(`raced-${round}`);
      plantTree(top, 12);
      const walks = [
        fs.readdir(top, { recursive: true }),
        fs.readdir(top, { recursive: true, withFileTypes: true }),
        (async () => {
          for await (const entry of await fs.opendir(top, { recursive: true })) expect(entry.name).to.match(/^(branch|leaf)-\d+$|^deep$/);
        })(),
      ];
      const words = await Promise.all([...walks, fs.rm(top, { recursive: true })].map(wordFor));
      expect(words.slice(0, 3).filter((word) => word !== "done" && word !== "ENOENT")).to.deep.equal([]);
      expect([words[3], nodeFs.existsSync(top)]).to.deep.equal(["done", false]);
    }
  });

  it("and by several at once, is gone for all of them", async () => {
    const top = place("removed-by-all");
    plantTree(top, 15);
    const words = await Promise.all(Array.from({ length: 6 }, () => wordFor(fs.rm(top, { recursive: true, force: true, maxRetries: 3 }))));
    expect(words).to.deep.equal(Array.from({ length: 6 }, () => "done"));
    expect(nodeFs.existsSync(top)).to.equal(false);
  });

  it("though it is the working directory, is refused as by node:fs/promises", async () => {
    const before = process.cwd();
    const top = place("working");
    try {
      await expectNodesOutcomes(fs, ["ENOENT"], async (one, note) => {
        nodeFs.mkdirSync(top);
        process.chdir(top);
        nodeFs.rmdirSync(top);
        await note("stat", one.stat(".").then((stats) => stats.isDirectory()));
        await note("readdir", one.readdir("."));
        await note("opendir", one.opendir(".").then(async (dir) => { await dir.close(); }));
        await note("open", one.open("file"));
        await note("writeFile", one.writeFile("file", "x"));
        await note("mkdir", one.mkdir("sub"));
        await note("mkdtemp", one.mkdtemp("t-").then(undefined, codeOf));
        await note("unlink", one.unlink("file"));
        await note("rename", one.rename("file", "other"));
        await note("access", one.access("file"));
        process.chdir(before);
      });
    } finally {
      process.chdir(before);
    }
  });
});
