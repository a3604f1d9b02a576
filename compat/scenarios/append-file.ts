import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { addClosingScenarios } from "../closing-files";
import { addOptionsScenarios } from "../options";
import { addPathScenarios } from "../paths";
import { plant } from "../plant";
import { group, type Scenario } from "../scenario";
import { badFlags, badModes, notBooleans } from "../values";
import { withHandle } from "../with-handle";
import { addWritingScenarios } from "../writing-files";

const ofPath = group("appendFile", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.appendFile(path, "appended") });
  addOptionsScenarios(add, { prepare: (folder) => void plant(folder, { file: "start:" }), call: (fs, folder, options) => fs.appendFile(join(folder, "file"), "6162ä", bad(options)) });
  addWritingScenarios(add, (fs, path, data, options) => fs.appendFile(path, bad(data), bad(options)), true);
  addClosingScenarios(add, (fs, path, data, options) => fs.appendFile(path, bad(data), bad(options)));

  add("appends to what is there", [50], async (fs, folder) => {
    const path = plant(folder, { file: "start" });
    for (const piece of ["one", Buffer.from("two"), "ä"]) await fs.appendFile(path, piece);
    return undefined;
  });

  add("never mixes small appends at once", [50], async (fs, folder) => {
    const path = join(folder, "file");
    await Promise.all(Array.from({ length: 30 }, (_, index) => fs.appendFile(path, `${String(index).padStart(3, "0")}\n`)));
    const lines = readFileSync(path, "utf8").split("\n").sort();
    rmSync(path);
    return lines;
  });

  for (const flag of ["a", "ax", "a+", "w", "r+", "r"]) {
    add(`appends with flag "${flag}"`, [17, 50], async (fs, folder) => {
      plant(folder, { file: "0123456789" });
      return attempts({ there: () => fs.appendFile(join(folder, "file"), "new", bad({ flag })), missing: () => fs.appendFile(join(folder, "missing"), "new", bad({ flag })) });
    });
  }

  add("takes null and undefined as flag a", [17], async (fs, folder) => {
    const path = plant(folder, { file: "start" });
    return attempts({ null: () => fs.appendFile(path, "1", bad({ flag: null })), undefined: () => fs.appendFile(path, "2", bad({ flag: undefined })), empty: () => fs.appendFile(path, "3", bad({ flag: "" })) });
  });

  add("refuses flags and modes that are none", [17, 18], async (fs, folder) => ({
    flags: await attemptEach(badFlags, (flag) => fs.appendFile(join(folder, "a"), "x", bad({ flag }))),
    modes: await attemptEach(badModes, (mode) => fs.appendFile(join(folder, "b"), "x", bad({ mode }))),
  }));

  add("refuses a flush that is no boolean", [23], async (fs, folder) => attemptEach(notBooleans, (flush) => fs.appendFile(join(folder, "file"), "x", bad({ flush }))));

  add("flushes on request", [47], async (fs, folder) => attempts({ true: () => fs.appendFile(join(folder, "a"), "x", bad({ flush: true })), null: () => fs.appendFile(join(folder, "a"), "y", bad({ flush: null })) }));

  add("passes a mode through the umask", [18, 49], async (fs, folder) => {
    process.umask(0o026);
    writeFileSync(join(folder, "there"), "x", { mode: 0o640 });
    return attempts({ made: () => fs.appendFile(join(folder, "made"), "x", { mode: 0o777 }), text: () => fs.appendFile(join(folder, "text"), "x", { mode: "604" }), there: () => fs.appendFile(join(folder, "there"), "y", { mode: 0o777 }) });
  });

  add("leaves its frozen options without a flag", [21], async (fs, folder) => {
    const options = { encoding: "utf8" as const };
    await fs.appendFile(join(folder, "file"), "x", options);
    return options;
  });
});

const ofHandle = group("FileHandle.appendFile", (add) => {
  addWritingScenarios(add, (fs, path, data, options) => withHandle(fs, path, "a", (handle) => handle.appendFile(bad(data), bad(options))), true);

  add("writes at the cursor of a handle not opened for appending", [43], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r+", async (handle) => {
      await handle.read(Buffer.alloc(3), 0, 3);
      await handle.appendFile("AB");
      await handle.appendFile(Buffer.from("CD"));
      return handle.read(Buffer.alloc(8), 0, 8);
    }),
  );

  add("reports a handle that cannot write, without a path", [4], async (fs, folder) => withHandle(fs, plant(folder, { file: "x" }), "r", (handle) => attempt(() => handle.appendFile("y"))));
});

const byFunction = group("appendFile", (add) => {
  add("takes a FileHandle", [43], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r+", async (handle) => {
      await fs.appendFile(handle, "AB");
      await fs.appendFile(handle, Buffer.from("CD"), { flag: "r", mode: 0 });
      return [handle.fd > 0, await attempt(() => fs.appendFile(handle, bad({})))];
    }),
  );
});

export default [...ofPath, ...ofHandle, ...byFunction] satisfies Scenario[];
