/** Names, sizes and numbers at the ends of what a file system takes. */

import { expect } from "chai";
import { createHash } from "node:crypto";
import nodeFs from "node:fs";
import nodePromises from "node:fs/promises";
import path from "node:path";
import { eachFileSystem } from "./fs-matrix";
import { isOneOfTwo } from "./matrix";
import { codeOf, expectNodesOutcomes } from "./outcomes";

const gibibyte = 2 ** 30;

eachFileSystem("a sparse file of more than 4 GiB", ({ cell, fs, place }) => {
  it("is written, read and measured at its places as by node:fs/promises", async () => {
    const file = place("sparse");
    await expectNodesOutcomes(fs, ["done", "ERR_FS_FILE_TOO_LARGE"], async (one, note) => {
      const text = (handle: Awaited<ReturnType<typeof one.open>>, length: number, position: number): Promise<unknown> =>
        handle.read(Buffer.alloc(length), 0, length, position).then(({ bytesRead, buffer }) => [bytesRead, String(buffer)]);
      const handle = await one.open(file, "w+");
      await note("at 4 GiB, less a little", handle.write("across the border", 4 * gibibyte - 6).then(({ bytesWritten }) => bytesWritten));
      await note("writev at 6 GiB", handle.writev([Buffer.from("six "), Buffer.from("GiB")], 6 * gibibyte).then(({ bytesWritten }) => bytesWritten));
      await note("across the border", text(handle, 17, 4 * gibibyte - 6));
      await note("the parts", text(handle, 7, 6 * gibibyte));
      await note("readv", handle.readv([Buffer.alloc(4), Buffer.alloc(9)], 6 * gibibyte).then(({ bytesRead, buffers }) => [bytesRead, buffers.map(String)]));
      await note("a hole", text(handle, 5, 5 * gibibyte));
      await note("the end", text(handle, 5, 6 * gibibyte + 7));
      await note("far beyond", text(handle, 5, 2 ** 52));
      await note("size", handle.stat().then(({ size, blocks }) => [size, blocks < 1000]));
      await note("size as a bigint", one.stat(file, { bigint: true }).then(({ size }) => size));
      await note("readFile", one.readFile(file));
      await note("handle.readFile", handle.readFile());
      await note("appendFile", one.appendFile(file, " and more"));
      const stream = (await one.open(file)).createReadStream({ start: 6 * gibibyte + 4, encoding: "utf8" });
      await note("stream", stream.toArray().then((chunks: string[]) => chunks.join("")));
      const writable = (await one.open(file, "r+")).createWriteStream({ start: 5 * gibibyte });
      await note("stream to it", new Promise<void>((resolve, reject) => void writable.once("error", reject).end("streamed", resolve)));
      await note("streamed", text(handle, 8, 5 * gibibyte));
      await note("handle.truncate", handle.truncate(4 * gibibyte + 3));
      await note("what is left", text(handle, 20, 4 * gibibyte - 6));
      await note("truncate, to grow", one.truncate(file, 9 * gibibyte));
      await note("grown", one.lstat(file).then(({ size }) => size));
      await note("sync", handle.datasync());
      await handle.close();
      await one.rm(file);
    });
  });

  it("is no larger than the file system has it", async function () {
    if (cell.medium === "memory") {
      console.log("      tmpfs takes any offset that fits");
      this.skip();
    }
    const file = place("too-large");
    await expectNodesOutcomes(fs, ["EFBIG"], async (one, note) => {
      const handle = await one.open(file, "w+");
      await note("write", handle.write("x", 2 ** 52));
      await note("writev", handle.writev([Buffer.from("x")], 2 ** 52));
      await note("truncate", handle.truncate(2 ** 52));
      await note("size", handle.stat().then(({ size }) => size));
      await handle.close();
      await one.rm(file);
    });
  });
});

eachFileSystem("names of 255 bytes, and longer ones", ({ fs, place }) => {
  for (const [what, letter, letters] of [["of one byte a letter", "n", 255], ["of several", "ü", 127]] as const) {
    it(`${what}, are taken and refused as by node:fs/promises`, async () => {
      const folder = place("names");
      const longest = path.join(folder, letter.repeat(letters));
      const other = path.join(folder, `x${letter.repeat(letters).slice(1)}`);
      const tooLong = path.join(folder, letter.repeat(letters + 1));
      await expectNodesOutcomes(fs, ["done", "ENAMETOOLONG"], async (one, note) => {
        nodeFs.mkdirSync(folder);
        for (const name of [longest, tooLong]) {
          await note("writeFile", one.writeFile(name, "text"));
          await note("readFile", one.readFile(name, "utf8"));
          await note("stat", one.stat(name).then(({ size }) => size));
          await note("lstat", one.lstat(name).then(({ size }) => size));
          await note("access", one.access(name));
          await note("open", one.open(name).then((handle) => handle.close()));
          await note("rename", one.rename(name, other));
          await note("rename back", one.rename(other, name));
          await note("copyFile", one.copyFile(name, other));
          await note("link", one.link(name, tooLong));
          await note("symlink", one.symlink("x", name));
          await note("realpath", one.realpath(name));
          await note("readlink", one.readlink(name));
          await note("truncate", one.truncate(name, 1));
          await note("chmod", one.chmod(name, 0o600));
          await note("utimes", one.utimes(name, 1, 1));
          await note("readdir", one.readdir(folder).then((names) => names.sort()));
          await note("opendir", one.opendir(name));
          await note("unlink", one.unlink(name));
          await note("mkdir", one.mkdir(name));
          await note("mkdir recursive", one.mkdir(path.join(name, "a", letter.repeat(letters)), { recursive: true }));
          await note("readdir recursive", one.readdir(folder, { recursive: true }).then((names) => names.sort()));
          await note("cp", one.cp(name, path.join(folder, "copy"), { recursive: true }).then(undefined, codeOf));
          await note("rm", one.rm(name, { recursive: true }));
          await note("rmdir", one.rmdir(name));
        }
        await note("mkdtemp", one.mkdtemp(tooLong).then(undefined, codeOf));
        await note("a path of more than 4096 bytes", one.readFile(`${folder}${"/.".repeat(2100)}/x`).then(undefined, codeOf));
        await note("one that is just not", one.readdir(`${folder}${"/.".repeat(1900)}`).then((names) => names.sort()));
        nodeFs.rmSync(folder, { recursive: true });
      });
    });
  }
});

eachFileSystem("names that are no UTF-8", ({ fs, place }) => {
  it("are taken as Buffers, and told as node:fs/promises tells them", async () => {
    const folder = place("raw");
    const raw = (...bytes: number[]): Buffer => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(bytes)]);
    const [file, other, top] = [raw(0x66, 0xff, 0xfe), raw(0xc3, 0x28), raw(0x80)];
    const within = (name: Buffer): Buffer => Buffer.concat([top, Buffer.from("/"), name]);
    const hex = (names: readonly Uint8Array[]): string[] => names.map((name) => Buffer.from(name).toString("hex")).sort();
    await expectNodesOutcomes(fs, ["done", "ENOENT"], async (one, note) => {
      nodeFs.mkdirSync(folder);
      await note("writeFile", one.writeFile(file, "text"));
      await note("readFile", one.readFile(file, "utf8"));
      await note("appendFile", one.appendFile(file, " and more"));
      await note("stat", one.stat(file).then(({ size }) => size));
      await note("as text it is another", one.stat(String(file)));
      await note("open", one.open(file, "r+").then(async (handle) => { await handle.truncate(4); await handle.close(); }));
      await note("copyFile", one.copyFile(file, other));
      await note("mkdir", one.mkdir(top));
      await note("mkdir recursive", one.mkdir(within(Buffer.from([0xfe, 0x2f, 0xfd])), { recursive: true }));
      await note("rename", one.rename(other, within(Buffer.from([0xfc]))));
      await note("link", one.link(file, other));
      await note("symlink", one.symlink(Buffer.from([0xff, 0x41]), within(Buffer.from([0xfb]))));
      await note("readlink", one.readlink(within(Buffer.from([0xfb])), "buffer").then((target) => target.toString("hex")));
      await note("readlink as text", one.readlink(within(Buffer.from([0xfb]))));
      await note("realpath", one.realpath(file, "buffer").then((found) => found.subarray(-3).toString("hex")));
      await note("realpath as text", one.realpath(file));
      await note("readdir", one.readdir(folder, "buffer").then(hex));
      await note("readdir as text", one.readdir(folder).then((names) => names.sort()));
      await note("readdir as latin1", one.readdir(folder, "latin1").then((names) => names.sort()));
      await note("readdir of it", one.readdir(top, { encoding: "buffer" }).then(hex));
      await note("with types", one.readdir(folder, { withFileTypes: true }).then((all) => all.map((entry) => [entry.name, entry.isDirectory()]).sort()));
      await note("access", one.access(other));
      await note("utimes", one.utimes(other, 1, 2).then(async () => (await one.lstat(other)).mtimeMs));
      await note("chmod", one.chmod(other, 0o640));
      await note("mkdtemp", one.mkdtemp(raw(0xfa) as never, "buffer").then((made) => Buffer.from(made).subarray(-7, -6).toString("hex")));
      await note("unlink", one.unlink(other));
      await note("none", one.readFile(raw(0xf9)));
      await note("rm", one.rm(top, { recursive: true }));
      await note("left", one.readdir(folder, "buffer").then(({ length }) => length));
      nodeFs.rmSync(folder, { recursive: true });
    });
  });
});

const many = 100_000;

/** ext4 lets a file have 65,000 names. So many files made and removed, it would be slow to make others for a minute. */
const namesOfOne = 50_000;

function makeMany(folder: string): void {
  nodeFs.mkdirSync(folder);
  for (let index = 0; index < many; index += 1) {
    const first = `${folder}/entry-${index - (index % namesOfOne)}`;
    if (index % namesOfOne === 0) nodeFs.writeFileSync(first, "");
    else nodeFs.linkSync(first, `${folder}/entry-${index}`);
  }
}

eachFileSystem(`a directory with ${many} entries`, function ({ cell, fs, place }) {
  if (!isOneOfTwo(cell)) return;
  const digest = (names: Iterable<string>): string => createHash("sha256").update([...names].sort().join()).digest("hex");
  before(function () {
    this.timeout(300_000);
    makeMany(place("many"));
  });

  it("is listed in every way as by node:fs/promises, and removed", async function () {
    this.timeout(300_000);
    const folder = place("many");
    const truth = digest(await nodePromises.readdir(folder));
    const all = await fs.readdir(folder);
    expect([all.length, digest(all)]).to.deep.equal([many, truth]);
    const typed = await fs.readdir(folder, { withFileTypes: true });
    expect([digest(typed.map(({ name }) => name)), typed.every((entry) => entry.isFile())]).to.deep.equal([truth, true]);
    expect(digest(await fs.readdir(folder, { recursive: true }))).to.equal(truth);
    const opened: string[] = [];
    for await (const { name } of await fs.opendir(folder)) opened.push(name);
    expect(digest(opened)).to.equal(truth);
    expect((await fs.stat(folder)).isDirectory()).to.equal(true);
    await fs.rm(folder, { recursive: true });
    expect(nodeFs.existsSync(folder)).to.equal(false);
  });
});
