import { expect } from "chai";
import { createFsFromVolume, Volume } from "memfs";
import { createFs, type FileSystemShape } from "caio";
import { asyncDispose } from "./dispose";
import { rejection } from "./rejection";

const optional = [
  "statfs", "chmod", "fchmod", "chown", "lchown", "fchown", "utimes", "lutimes", "futimes", "link", "symlink", "readlink",
  "realpath", "mkdtemp", "copyFile",
];

describe("createFs over a module", () => {
  const memory = createFsFromVolume(Volume.fromJSON({ "/file": "content" }));
  const lacking = new Proxy(memory, {
    get: (module, name, receiver): unknown => (optional.includes(String(name)) ? undefined : Reflect.get(module, name, receiver)),
  }) as unknown as FileSystemShape;

  it("refuses with ENOSYS what the module has no function for", async () => {
    const fs = createFs({ backend: "js", fs: lacking });
    const handle = await fs.open("/file", "r+");
    const calls: Record<string, () => Promise<unknown>> = {
      statfs: () => fs.statfs("/file"),
      chmod: () => fs.chmod("/file", 0o600),
      fchmod: () => handle.chmod(0o600),
      chown: () => fs.chown("/file", 1, 1),
      lchown: () => fs.lchown("/file", 1, 1),
      fchown: () => handle.chown(1, 1),
      utime: () => fs.utimes("/file", 1, 1),
      lutime: () => fs.lutimes("/file", 1, 1),
      futime: () => handle.utimes(1, 1),
      link: () => fs.link("/file", "/second"),
      symlink: () => fs.symlink("file", "/way"),
      readlink: () => fs.readlink("/way"),
      realpath: () => fs.realpath("/file"),
      mkdtemp: () => fs.mkdtemp("/made-"),
      copyfile: () => fs.copyFile("/file", "/copy"),
    };
    for (const [syscall, call] of Object.entries(calls)) expect(await rejection(call()), syscall).include({ code: "ENOSYS", syscall });
    await handle.close();
    await fs[asyncDispose]();
  });

  it("asks a module that has them", async () => {
    const fs = createFs({ backend: "js", fs: memory });
    await fs.chmod("/file", 0o604);
    await fs.chown("/file", 5, 6);
    await fs.utimes("/file", 1000, new Date(-2000));
    await fs.link("/file", "/second");
    await fs.symlink("file", "/way");
    await fs.copyFile("/file", "/copy");
    expect(await fs.readlink("/way")).equal("file");
    expect(await fs.readlink("/way", "hex")).equal(Buffer.from("file").toString("hex"));
    expect(await fs.readlink("/way", "buffer")).deep.equal(Buffer.from("file"));
    expect(await fs.realpath("/way")).equal("/file");
    expect(await fs.mkdtemp("/made-")).match(/^\/made-.{6}$/);
    expect(await fs.readFile("/copy", "utf8")).equal("content");
    const { mode, uid, gid, mtimeMs, nlink } = await fs.stat("/file");
    expect([mode & 0o777, uid, gid, mtimeMs, nlink]).deep.equal([0o604, 5, 6, -2000, 2]);
    const handle = await fs.open("/copy", "r+");
    await handle.chmod(0o611);
    await handle.utimes(3, 4);
    expect((await handle.stat()).mode & 0o777).equal(0o611);
    await handle.close();
    await fs[asyncDispose]();
  });
});
