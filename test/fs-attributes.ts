import { expect } from "chai";
import nodeFs from "node:fs";
import { eachFileSystem } from "./fs-matrix";

// With these the running Node's own chmod ends the process, so that compat has nothing to compare with.
const strange: readonly (readonly [mode: number, permissions: number])[] = [
  [2 ** 32 - 1, 0o7777],
  [2 ** 31 + 0o640, 0o640],
  [-0, 0],
];

eachFileSystem("chmod", ({ fs, place }) => {
  const modeOf = (path: string): number => nodeFs.statSync(path).mode & 0o7777;

  for (const [mode, permissions] of strange) {
    it(`takes the permissions out of ${Object.is(mode, -0) ? "-0" : mode}`, async () => {
      const path = place("strange");
      nodeFs.writeFileSync(path, "x");
      await fs.chmod(path, mode);
      expect(modeOf(path)).equal(permissions);

      nodeFs.chmodSync(path, 0o600);
      const handle = await fs.open(path, "r");
      await handle.chmod(mode);
      await handle.close();
      expect(modeOf(path)).equal(permissions);
      nodeFs.unlinkSync(path);
    });

    it(`makes files and directories with ${Object.is(mode, -0) ? "-0" : mode}`, async () => {
      const umask = process.umask();
      const [folder, file, written] = [place("folder"), place("file"), place("written")];
      await fs.mkdir(folder, { mode });
      await (await fs.open(file, "w", mode)).close();
      await fs.writeFile(written, "x", { mode });
      expect(modeOf(folder) & 0o777).equal(permissions & 0o777 & ~umask);
      for (const path of [file, written]) expect(modeOf(path) & 0o777).equal(permissions & 0o777 & ~umask);
      nodeFs.rmdirSync(folder);
      for (const path of [file, written]) nodeFs.unlinkSync(path);
    });
  }

  it("takes an owner, flags and ways of copying that are -0 for 0", async function () {
    if (process.getuid?.() !== 0) {
      console.log("      only root may give a file to user 0");
      this.skip();
    }
    const path = place("owned");
    nodeFs.writeFileSync(path, "x");
    await fs.chown(path, -0, -0);
    await fs.access(path, -0);
    await (await fs.open(path, -0)).close();
    await fs.copyFile(path, `${path}-copy`, -0);
    expect(nodeFs.statSync(path)).include({ uid: 0, gid: 0 });
    for (const each of [path, `${path}-copy`]) nodeFs.unlinkSync(each);
  });
});
