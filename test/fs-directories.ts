import { expect } from "chai";
import { spawnSync } from "node:child_process";
import nodeFs from "node:fs";
import nodePromises from "node:fs/promises";
import { eachFileSystem } from "./fs-matrix";
import { rejection } from "./rejection";

eachFileSystem("directories", ({ fs, place }) => {
  it("list as Node lists them, types and bytes included", async () => {
    const root = place("listed");
    nodeFs.mkdirSync(`${root}/sub`, { recursive: true });
    for (const name of ["b", "B", "é", "a b"]) nodeFs.writeFileSync(`${root}/${name}`, "");
    nodeFs.writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x41])]), "");
    nodeFs.symlinkSync("nowhere", `${root}/link`);
    for (const options of [undefined, "buffer", "hex", { withFileTypes: true }, { withFileTypes: true, encoding: "buffer" }] as never[])
      for (const path of [root, `${root}/`, Buffer.from(root)])
        expect(await fs.readdir(path, options)).deep.equal(await nodePromises.readdir(path, options));
    const [entry] = await fs.readdir(root, { withFileTypes: true });
    expect(entry).instanceOf(nodeFs.Dirent);
  });

  it("give each name that is wanted as bytes memory of its own", async () => {
    const root = place("listed as bytes");
    const names = Array.from({ length: 300 }, (_, index) => `${index}`.padStart(3, "0").repeat((index % 60) + 1));
    nodeFs.mkdirSync(root);
    for (const name of names) nodeFs.writeFileSync(`${root}/${name}`, "");
    const listed = await fs.readdir(root, "buffer");
    expect(listed.map(String)).deep.equal(names);
    expect(listed.every((name) => Buffer.isBuffer(name) && name.byteOffset === 0 && name.buffer.byteLength === name.length)).true;
    listed[0]?.fill(0);
    expect(listed.slice(1).map(String)).deep.equal(names.slice(1));
    const opened = await fs.opendir(root, { encoding: "buffer" as BufferEncoding });
    const found: string[] = [];
    for await (const { name } of opened) found.push(String(name));
    expect(found.sort()).deep.equal(names.slice().sort());
  });

  it("come in the order of their bytes, however many there are", async () => {
    const root = place("many");
    nodeFs.mkdirSync(root);
    // More than cross the border in one string, with beginnings in common, of others' lengths, and beyond ASCII.
    for (let index = 0; index < 2500; index++) nodeFs.writeFileSync(`${root}/name-${index}${index % 7 === 0 ? "é".repeat(index % 30) : ""}`, "");
    expect(await fs.readdir(root)).deep.equal(await nodePromises.readdir(root));
    expect(await fs.readdir(root, { withFileTypes: true, recursive: true })).deep.equal(await nodePromises.readdir(root, { withFileTypes: true, recursive: true }));
  });

  it("are made with their parents, and say where that began", async () => {
    expect(await fs.mkdir(place("p/q/r"), { recursive: true })).equal(place("p"));
    expect(await fs.mkdir(place("p/q/r/s"), { recursive: true })).equal(place("p/q/r/s"));
    expect(await fs.mkdir(place("p/q"), { recursive: true })).undefined;
    expect(await fs.mkdir(place("plain"))).undefined;
    expect(await rejection(fs.mkdir(place("plain")))).include({ code: "EEXIST", syscall: "mkdir" });
  });

  it("are told from files when both are removed at once", async () => {
    nodeFs.mkdirSync(place("directory"));
    nodeFs.writeFileSync(place("file"), "");
    const directory = rejection(fs.rm(place("directory")));
    const file = fs.rm(place("file"));
    expect(await directory).include({ code: "ERR_FS_EISDIR" });
    await file;
    expect(nodeFs.existsSync(place("file"))).false;
  });

  it("go with everything in them, but not with what their links point to", async () => {
    nodeFs.mkdirSync(place("tree/deep/deeper"), { recursive: true });
    nodeFs.mkdirSync(place("kept"));
    nodeFs.writeFileSync(place("kept/file"), "kept");
    for (let index = 0; index < 300; index++) nodeFs.writeFileSync(place(`tree/deep/${index}`), "");
    nodeFs.symlinkSync(place("kept"), place("tree/link"));
    nodeFs.symlinkSync(place("kept"), place("link"));
    await fs.rm(place("tree"), { recursive: true });
    await fs.rm(place("link"), { recursive: true });
    expect(nodeFs.existsSync(place("tree"))).false;
    expect(nodeFs.readFileSync(place("kept/file"), "utf8")).equal("kept");
    await fs.rm(place("tree"), { force: true, recursive: true });
    expect(await rejection(fs.rmdir(place("kept")))).include({ code: "ENOTEMPTY", syscall: "rmdir" });
  });

  it("whose files are removed side by side say which one would not go", async function () {
    nodeFs.mkdirSync(place("flat"));
    for (let index = 0; index < 1500; index++) nodeFs.writeFileSync(place(`flat/${index}`), "some bytes");
    const immutable = (sign: string): boolean => spawnSync("chattr", [`${sign}i`, place("flat/777")]).status === 0;
    if (!immutable("+")) this.skip(); // no such attribute on this file system, or not for this user
    try {
      const { code, syscall, path } = await rejection(fs.rm(place("flat"), { recursive: true }));
      const expected = await rejection(nodePromises.rm(place("flat"), { recursive: true }));
      expect({ code, syscall, path }).deep.equal({ code: expected.code, syscall: expected.syscall, path: place("flat/777") });
      expect(nodeFs.readFileSync(place("flat/777"), "utf8")).equal("some bytes");
    } finally {
      immutable("-");
    }
    await fs.rm(place("flat"), { recursive: true });
    expect(nodeFs.existsSync(place("flat"))).false;
  });

  it("and files have the same Stats as Node's", async () => {
    nodeFs.writeFileSync(place("measured"), "12345");
    for (const bigint of [false, true]) {
      const handle = await fs.open(place("measured"));
      for (const call of [() => fs.stat(place("measured"), { bigint }), () => fs.lstat(place("measured"), { bigint }), () => handle.stat({ bigint })]) {
        const [found, expected] = [await call(), nodeFs.statSync(place("measured"), { bigint })];
        // Copies: newer Nodes make the dates when they are first looked at.
        expect({ ...found }).deep.equal({ ...expected });
        expect(Object.keys(found)).deep.equal(Object.keys(expected));
        expect(found.constructor).equal(expected.constructor);
        expect(found.mtime).deep.equal(expected.mtime);
      }
      await handle.close();
    }
  });
});
