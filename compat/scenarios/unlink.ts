import { execFileSync } from "node:child_process";
import { linkSync } from "node:fs";
import { join } from "node:path";
import { attempt, attempts } from "../attempt";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";
import { withHandle } from "../with-handle";

export default group("unlink", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.unlink(path) });

  add("removes a file and resolves with undefined", [3], async (fs, folder) => attempt(() => fs.unlink(plant(folder, { file: "x" }))));

  add("removes a link, not what it names", [58], async (fs, folder) => {
    plant(folder, { file: "x", real: { inner: "y" }, toFile: link("file"), toDirectory: link("real"), dangling: link("nowhere") });
    return attempts({
      toFile: () => fs.unlink(join(folder, "toFile")),
      toDirectory: () => fs.unlink(join(folder, "toDirectory")),
      dangling: () => fs.unlink(join(folder, "dangling")),
    });
  });

  add("removes one of two names", [3], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    linkSync(path, join(folder, "second"));
    return attempt(() => fs.unlink(path));
  });

  add("removes a FIFO without opening it", [3], async (fs, folder) => {
    const path = join(folder, "fifo");
    execFileSync("mkfifo", [path]);
    return attempt(() => fs.unlink(path));
  });

  add("reports a directory", [1, 3], async (fs, folder) => attempt(() => fs.unlink(plant(folder, { directory: {} }))));

  add("leaves an open file readable", [3], async (fs, folder) => {
    const path = plant(folder, { file: "still here" });
    return withHandle(fs, path, "r", async (handle) => {
      await fs.unlink(path);
      return [await handle.readFile("utf8"), (await handle.stat()).nlink];
    });
  });

  add("removes once for many callers", [1], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const ends = await Promise.allSettled(Array.from({ length: 10 }, () => fs.unlink(path)));
    return ends.map((end) => (end.status === "fulfilled" ? "removed" : String(end.reason))).sort();
  });
});
