import { expect } from "chai";
import nodeFs from "node:fs";
import { eachFileSystem } from "./fs-matrix";
import { rejection } from "./rejection";

eachFileSystem("system errors", ({ fs, place }) => {
  it("tell who called", async () => {
    async function theCaller(): Promise<void> {
      await fs.readFile(place("missing"));
    }
    async function theReader(): Promise<void> {
      const handle = await fs.open(place("write-only"), "w");
      try {
        await handle.read(Buffer.alloc(1));
      } finally {
        await handle.close();
      }
    }
    expect((await rejection(theCaller())).stack).include("theCaller");
    expect((await rejection(theReader())).stack).include("theReader");
  });

  // Node's own do not, on some versions or on all.
  const silent = {
    appendFile: (path: string) => fs.appendFile(path, "x"),
    opendir: (path: string) => fs.opendir(path),
    readFile: (path: string) => fs.readFile(path),
    rm: (path: string) => fs.rm(path),
    writeFile: (path: string) => fs.writeFile(path, "x"),
  };
  for (const [name, call] of Object.entries(silent)) {
    it(`of ${name} lead to the line that called it`, async () => {
      async function theCaller(): Promise<void> {
        await call(place("none/missing"));
      }
      const { stack } = await rejection(theCaller());
      expect(stack).include("theCaller").and.include("fs-errors");
    });
  }

  it("have Node's keys in Node's order", async () => {
    const one = await rejection(fs.unlink(place("missing")));
    expect(Object.keys(one)).deep.equal(["errno", "code", "syscall", "path"]);
    const two = await rejection(fs.rename(place("missing"), place("other")));
    expect(Object.keys(two)).deep.equal(["errno", "code", "syscall", "path", "dest"]);
  });

  it("name the step that failed", async () => {
    nodeFs.mkdirSync(place("directory"));
    expect(await rejection(fs.readFile(place("directory")))).include({ code: "EISDIR", syscall: "read" });
    expect(await rejection(fs.writeFile(place("directory"), "x"))).include({ code: "EISDIR", syscall: "open" });
    expect(await rejection(fs.truncate(place("missing")))).include({ code: "ENOENT", syscall: "open" });
    expect(await rejection(fs.readdir(place("missing")))).include({ code: "ENOENT", syscall: "scandir" });
    expect(await rejection(fs.rm(place("missing")))).include({ code: "ENOENT", syscall: "lstat" });
    expect(await rejection(fs.rm(place("directory")))).include({ code: "ERR_FS_EISDIR", syscall: "rm" });
  });

  it("of a full device reach the writer, after the file was closed", async function () {
    if (!nodeFs.existsSync("/dev/full")) this.skip();
    for (const data of ["text", ["an", "iterable"]]) {
      const error = await rejection(fs.writeFile("/dev/full", data as string));
      expect(error).include({ code: "ENOSPC", syscall: "write" }).and.not.have.property("path");
    }
  });
});
