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
  }
});
