import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach } from "../attempt";
import { modeOf } from "../attributes";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group, type Scenario } from "../scenario";
import { badModes } from "../values";
import { O_PATH, withHandle } from "../with-handle";

const modes = [
  ["0", 0],
  ["0o751", 0o751],
  ["0o6751", 0o6751],
  ["0o1777", 0o1777],
  ["0o7777", 0o7777],
  ["beyond the permissions", 0o100644],
  ["octal text", "640"],
  ["octal text with a zero", "0640"],
] as const;

const unfit = [...badModes, ["undefined", undefined], ["null", null], ["octal beyond 32 bits", "777777777777"], ["symbol", Symbol("mode")]] as const;

const ofPath = group("chmod", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.chmod(path, 0o640) });

  for (const [label, mode] of modes) {
    add(`sets ${label}`, [18], async (fs, folder) => {
      const path = plant(folder, { file: "x" });
      return { result: await fs.chmod(path, mode), mode: modeOf(path) };
    });
  }

  add("refuses modes that are none", [11, 18], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return { outcomes: await attemptEach(unfit, (mode) => fs.chmod(path, bad(mode))), mode: modeOf(path) };
  });

  add("refuses the mode before it looks for the file, and the path before the mode", [11, 14, 18], async (fs, folder) => ({
    mode: await attempt(() => fs.chmod(join(folder, "missing"), bad("888"))),
    path: await attempt(() => fs.chmod(bad(1), bad("888"))),
  }));

  add("is not subject to the umask", [18, 49], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    await fs.chmod(path, 0o777);
    return modeOf(path);
  });

  add("changes a directory and a FIFO", [18], async (fs, folder) => {
    plant(folder, { directory: {} });
    const fifo = join(folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    await fs.chmod(join(folder, "directory"), 0o2750);
    await fs.chmod(fifo, 0o604);
    return [modeOf(join(folder, "directory")), modeOf(fifo)];
  });

  add("follows a link, and reports one that leads nowhere", [3, 18], async (fs, folder) => {
    plant(folder, { file: "x", way: link("file"), dangling: link("nowhere") });
    return {
      way: await attempt(() => fs.chmod(join(folder, "way"), 0o611)),
      mode: modeOf(join(folder, "file")),
      dangling: await attempt(() => fs.chmod(join(folder, "dangling"), 0o611)),
    };
  });

  add("reports a file system that has no modes to set", [1, 3], async (fs) => attempt(() => fs.chmod("/proc/self/status", 0o600)));

  add("changes many at once", [18], async (fs, folder) => {
    const files = Array.from({ length: 20 }, (_, index) => plant(folder, { [`file${index}`]: "x" }));
    await Promise.all(files.map((path, index) => fs.chmod(path, 0o600 + index)));
    return files.map(modeOf);
  });
});

const ofHandle = group("FileHandle.chmod", (add) => {
  for (const [label, mode] of modes) {
    add(`sets ${label}`, [18], async (fs, folder) => {
      const path = plant(folder, { file: "x" });
      return withHandle(fs, path, "r", async (handle) => ({ result: await handle.chmod(mode), mode: modeOf(path) }));
    });
  }

  add("refuses modes that are none", [11, 18], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", (handle) => attemptEach(unfit, (mode) => handle.chmod(bad(mode)))),
  );

  add("changes a directory", [18], async (fs, folder) => {
    const path = plant(folder, { directory: {} });
    return withHandle(fs, path, "r", async (handle) => ({ result: await handle.chmod(0o711), mode: modeOf(path) }));
  });

  add("changes a file that has no name any more", [18], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", async (handle) => {
      await fs.unlink(join(folder, "file"));
      await handle.chmod(0o604);
      return ((await handle.stat()).mode & 0o7777).toString(8);
    }),
  );

  add("shows no path in its error", [3, 4], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), O_PATH, (handle) => attempt(() => handle.chmod(0o600))),
  );

  add("is refused after close", [63], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }), "r");
    await handle.close();
    return { good: await attempt(() => handle.chmod(0o600)), unfit: await attempt(() => handle.chmod(bad("888"))) };
  });

  add("lets close wait for it", [62], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const handle = await fs.open(path, "r");
    const order: string[] = [];
    const changed = handle.chmod(0o602).then(() => order.push("changed"));
    const closed = handle.close().then(() => order.push("closed"));
    await Promise.all([changed, closed]);
    return { order, mode: modeOf(path) };
  });

  add("rejects on what is no handle", [65], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", (handle) => attempt(() => handle.chmod.call(bad({}), 0o600))),
  );
});

const ofLink = group("lchmod", (add) => {
  add("is not there on this platform", [61], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    chmodSync(path, 0o644);
    return { outcome: await attempt(() => fs.lchmod(path, 0o600)), mode: modeOf(path), badMode: await attempt(() => fs.lchmod(bad(1), bad("888"))) };
  });
});

export default [...ofPath, ...ofHandle, ...ofLink] satisfies Scenario[];
