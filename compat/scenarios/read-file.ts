import { execFileSync, spawn } from "node:child_process";
import { constants, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { addOptionsScenarios } from "../options";
import { addPathScenarios } from "../paths";
import { link, pattern, plant } from "../plant";
import { addReadingScenarios } from "../reading-files";
import { group } from "../scenario";
import { badFlags } from "../values";

export default group("readFile", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.readFile(path) });
  addOptionsScenarios(add, { prepare: (folder) => void plant(folder, { file: "some text: ä日" }), call: (fs, folder, options) => fs.readFile(join(folder, "file"), bad(options)) });
  addReadingScenarios(add, (fs, path, options) => fs.readFile(path, bad(options)));

  for (const flag of ["r", "rs", "r+", "w+", "a+", "w", "a", "wx", "ax+"]) {
    add(`reads with flag "${flag}"`, [17, 42], async (fs, folder) => {
      plant(folder, { file: "content" });
      return attempts({ there: () => fs.readFile(join(folder, "file"), { flag }), missing: () => fs.readFile(join(folder, "missing"), { flag, encoding: "utf8" }) });
    });
  }

  add("reads with numeric flags", [17], async (fs, folder) => {
    const path = plant(folder, { file: "content", way: link("file") });
    return attempts({
      rdonly: () => fs.readFile(path, { flag: bad(constants.O_RDONLY) }),
      nofollow: () => fs.readFile(join(folder, "way"), { flag: bad(constants.O_RDONLY | constants.O_NOFOLLOW) }),
      create: () => fs.readFile(join(folder, "new"), { flag: bad(constants.O_RDWR | constants.O_CREAT) }),
      null: () => fs.readFile(path, { flag: bad(null) }),
      undefined: () => fs.readFile(path, { flag: undefined }),
    });
  });

  add("refuses flags that are none", [17, 20], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attemptEach(badFlags, (flag) => fs.readFile(path, bad({ flag })));
  });

  add("wins with a signal over a missing file, and with bad options over a signal", [46], async (fs, folder) =>
    attempts({
      missing: () => fs.readFile(join(folder, "missing"), { signal: AbortSignal.abort() }),
      encoding: () => fs.readFile(join(folder, "missing"), { signal: AbortSignal.abort(), encoding: bad("bad") }),
      flag: () => fs.readFile(join(folder, "missing"), { signal: AbortSignal.abort(), flag: "foo" }),
      path: () => fs.readFile(bad(5), { signal: AbortSignal.abort() }),
      created: () => fs.readFile(join(folder, "new"), { signal: AbortSignal.abort(), flag: "a+" }),
    }),
  );

  add("reads a FIFO until its writer closes", [39], async (fs, folder) => {
    const path = join(folder, "fifo");
    execFileSync("mkfifo", [path]);
    const writer = spawn("/bin/sh", ["-c", `exec 3> "$0"; printf first >&3; sleep 0.1; printf second >&3`, path], { stdio: "ignore" });
    const content = await fs.readFile(path, "utf8");
    await new Promise((resolve) => (writer.exitCode === null ? writer.once("exit", resolve) : resolve(undefined)));
    return content;
  });

  add("reads through a link", [39], async (fs, folder) => {
    plant(folder, { file: "content", way: link("file"), dangling: link("nowhere") });
    return attempts({ way: () => fs.readFile(join(folder, "way"), "utf8"), dangling: () => fs.readFile(join(folder, "dangling")) });
  });

  add("gives an empty file an empty Buffer", [39], async (fs, folder) => {
    const content = await fs.readFile(plant(folder, { empty: "" }));
    return { content, byteOffset: content.byteOffset, isBuffer: Buffer.isBuffer(content), text: await fs.readFile(join(folder, "empty"), "utf8") };
  });

  add("reads what was just written, again and again", [39], async (fs, folder) => {
    const path = join(folder, "file");
    const seen: boolean[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      const content = pattern(turn * 731, turn);
      writeFileSync(path, content);
      seen.push((await fs.readFile(path)).equals(content));
    }
    return seen;
  });
});
