import { execFileSync } from "node:child_process";
import { lstatSync, Stats } from "node:fs";
import { join } from "node:path";
import { attempt, attempts } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";
import { addStatOptionScenarios } from "../stat-options";
import { differingFields } from "../stats";

export default group("lstat", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.lstat(path) });
  addStatOptionScenarios(add, (fs, path, options) => fs.lstat(path, bad(options)));

  add("tells the link itself", [51], async (fs, folder) => {
    const path = plant(folder, { way: link("some/target"), dangling: link("nowhere") });
    const stats = await fs.lstat(path);
    return { stats, differ: differingFields(stats, lstatSync(path)), dangling: await fs.lstat(join(folder, "dangling")) };
  });

  add("tells a file, a directory and a FIFO", [51], async (fs, folder) => {
    plant(folder, { file: "12345", directory: {} });
    execFileSync("mkfifo", [join(folder, "fifo")]);
    return {
      file: await fs.lstat(join(folder, "file")),
      directory: (await fs.lstat(join(folder, "directory"))).isDirectory(),
      fifo: (await fs.lstat(join(folder, "fifo"))).isFIFO(),
    };
  });

  add("gives bigints on request", [51], async (fs, folder) => {
    const path = plant(folder, { way: link("target") });
    const stats = await fs.lstat(path, { bigint: true });
    return { stats, differ: differingFields(stats, lstatSync(path, { bigint: true })), isStats: stats instanceof Stats };
  });

  add("follows a link that has a slash at its end", [7], async (fs, folder) => {
    plant(folder, { real: {}, way: link("real") });
    return (await fs.lstat(join(folder, "way/"))).isDirectory() || (await fs.lstat(`${join(folder, "way")}/`)).isDirectory();
  });

  add("meets options of other types", [11, 20], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attempts({
      undefined: () => fs.lstat(path, undefined),
      null: () => fs.lstat(path, bad(null)),
      string: () => fs.lstat(path, bad("utf8")),
      number: () => fs.lstat(path, bad(1)),
      "bigint: 1": () => fs.lstat(path, bad({ bigint: 1 })),
    });
  });

  add("reports a missing file with its own syscall", [3], async (fs, folder) => attempt(() => fs.lstat(join(folder, "missing"))));
});
