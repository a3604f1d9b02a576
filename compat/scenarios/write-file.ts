import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { addClosingScenarios } from "../closing-files";
import { addOptionsScenarios } from "../options";
import { addPathScenarios } from "../paths";
import { link, pattern, plant } from "../plant";
import { group, type Scenario } from "../scenario";
import { badFlags, badModes, notBooleans } from "../values";
import { withHandle } from "../with-handle";
import { addWritingScenarios } from "../writing-files";

const ofPath = group("writeFile", (add) => {
  addPathScenarios(add, { wants: "nothing", call: (fs, path) => fs.writeFile(path, "written") });
  addOptionsScenarios(add, { prepare: () => undefined, call: (fs, folder, options) => fs.writeFile(join(folder, "file"), "6162ä", bad(options)) });
  addWritingScenarios(add, (fs, path, data, options) => fs.writeFile(path, bad(data), bad(options)), true);
  addClosingScenarios(add, (fs, path, data, options) => fs.writeFile(path, bad(data), bad(options)));

  for (const flag of ["w", "wx", "w+", "a", "a+", "ax", "r+", "r", "as"]) {
    add(`writes with flag "${flag}"`, [17], async (fs, folder) => {
      plant(folder, { file: "0123456789" });
      return attempts({ there: () => fs.writeFile(join(folder, "file"), "new", { flag }), missing: () => fs.writeFile(join(folder, "missing"), "new", { flag }) });
    });
  }

  add("writes with numeric flags, null and undefined", [17], async (fs, folder) => {
    plant(folder, { a: "0123456789", b: "0123456789", c: "0123456789" });
    return attempts({
      number: () => fs.writeFile(join(folder, "a"), "new", { flag: bad(constants.O_WRONLY) }),
      null: () => fs.writeFile(join(folder, "b"), "new", { flag: bad(null) }),
      undefined: () => fs.writeFile(join(folder, "c"), "new", { flag: undefined }),
    });
  });

  add("refuses flags that are none", [17], async (fs, folder) => attemptEach(badFlags, (flag) => fs.writeFile(join(folder, "file"), "x", bad({ flag }))));

  for (const [label, mode] of [["0o600", 0o600], ["octal string", "640"], ["0", 0], ["setgid", 0o2755], ["null", null], ["undefined", undefined]] as const) {
    add(`passes a mode through the umask: ${label}`, [18, 49], async (fs, folder) => {
      process.umask(0o026);
      plant(folder, { there: "x" });
      return attempts({ made: () => fs.writeFile(join(folder, "made"), "x", { mode: bad(mode) }), there: () => fs.writeFile(join(folder, "there"), "y", { mode: bad(mode) }) });
    });
  }

  add("makes new files and writes to what is there by turns", [17, 49], async (fs, folder) => {
    const write = (name: string) => fs.writeFile(join(folder, name), name);
    plant(folder, { dir: { dir: {} }, dangling: link("made"), lost: link("none/made"), round: link("round"), way: link("there"), there: "old" });
    return attempts({
      new: () => write("new"),
      newer: () => write("newer"),
      there: () => write("there"),
      way: () => write("way"),
      dangling: () => write("dangling"),
      again: () => write("dangling"),
      lost: () => write("lost"),
      round: () => write("round"),
      newest: () => write("newest"),
      dir: () => write("dir"),
      slash: () => write("slash/"),
      within: () => write("there/within"),
      missing: () => write("none/within"),
      device: () => fs.writeFile("/dev/null", "gone"),
      exclusive: () => fs.writeFile(join(folder, "there"), "new", { flag: "wx" }),
      opened: async () => (await fs.open(join(folder, "opened"), "w")).close(),
      appended: () => fs.appendFile(join(folder, "appended"), "new"),
      proc: () => fs.writeFile("/proc/caio-none", "x"),
    });
  });

  add("refuses modes that are none", [18], async (fs, folder) => attemptEach(badModes, (mode) => fs.writeFile(join(folder, "file"), "x", bad({ mode }))));

  add("flushes on request", [47], async (fs, folder) =>
    attempts({
      true: () => fs.writeFile(join(folder, "a"), "x", bad({ flush: true })),
      false: () => fs.writeFile(join(folder, "b"), "x", bad({ flush: false })),
      null: () => fs.writeFile(join(folder, "c"), "x", bad({ flush: null })),
      iterable: () => fs.writeFile(join(folder, "d"), ["x", "y"], bad({ flush: true })),
      empty: () => fs.writeFile(join(folder, "e"), "", bad({ flush: true })),
    }),
  );

  add("refuses a flush that is no boolean", [23], async (fs, folder) => attemptEach(notBooleans, (flush) => fs.writeFile(join(folder, "file"), "x", bad({ flush }))));

  add("reports the first step that fails", [3, 47, 48], async (fs, folder) => {
    const file = plant(folder, { file: "start" });
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const ends = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const large = Buffer.alloc(600_000);
    const outcome = await attempts({
      write: () => fs.writeFile(file, "x", { flag: "r" }),
      writeLarge: () => fs.writeFile(file, large, { flag: "r" }),
      writeAndFlush: () => fs.writeFile(file, "x", bad({ flag: "r", flush: true })),
      flush: () => fs.writeFile(pipe, "x", bad({ flush: true })),
      appendAndFlush: () => fs.appendFile(pipe, "x", bad({ flush: true })),
    });
    closeSync(ends);
    return outcome;
  });

  add("reports a flush that fails", [47], async (fs) => attempts({ null: () => fs.writeFile("/dev/null", "x", bad({ flush: true })), bytes: () => fs.writeFile("/dev/null", Buffer.from("x"), bad({ flush: true })) }));

  add("truncates what is there and keeps its mode", [43, 49], async (fs, folder) => {
    const path = join(folder, "file");
    writeFileSync(path, "a long old content", { mode: 0o640 });
    return attempt(() => fs.writeFile(path, "new", { mode: 0o777 }));
  });

  add("reports a directory and a full device", [1, 7], async (fs, folder) => {
    plant(folder, { directory: {} });
    return attempts({
      directory: () => fs.writeFile(join(folder, "directory"), "x"),
      full: () => fs.writeFile("/dev/full", "x"),
      fullBytes: () => fs.writeFile("/dev/full", Buffer.from("x")),
      fullLarge: () => fs.writeFile("/dev/full", pattern(1_000_000)),
      fullIterable: () => fs.writeFile("/dev/full", ["x"]),
    });
  });

  add("writes through a link, dangling or not", [43], async (fs, folder) => {
    plant(folder, { file: "x", way: link("file"), dangling: link("new") });
    return attempts({ way: () => fs.writeFile(join(folder, "way"), "through"), dangling: () => fs.writeFile(join(folder, "dangling"), "made") });
  });

  add("writes to a FIFO that somebody reads", [43], async (fs, folder) => {
    const path = join(folder, "fifo");
    execFileSync("mkfifo", [path]);
    const [content] = await Promise.all([(await import("node:fs/promises")).readFile(path, "utf8"), fs.writeFile(path, "through the pipe")]);
    return content;
  });

  add("creates nothing when its options, data or signal are bad", [44, 46], async (fs, folder) =>
    attempts({
      aborted: () => fs.writeFile(join(folder, "a"), "x", { signal: AbortSignal.abort() }),
      data: () => fs.writeFile(join(folder, "b"), bad(5)),
      encoding: () => fs.writeFile(join(folder, "c"), "x", bad("bad")),
      both: () => fs.writeFile(join(folder, "d"), bad(5), { signal: AbortSignal.abort() }),
      missing: () => fs.writeFile(join(folder, "none/e"), "x", { signal: AbortSignal.abort() }),
      missingData: () => fs.writeFile(join(folder, "none/f"), bad(5)),
      flush: () => fs.writeFile(join(folder, "g"), "x", bad({ flush: 1 })),
    }),
  );

  add("rejects when aborted right after the call", [46], async (fs, folder) => {
    const controller = new AbortController();
    const called = attempt(() => fs.writeFile(join(folder, "file"), pattern(2_000_000), { signal: controller.signal }));
    controller.abort();
    const outcome = await called;
    // How much of it was written by then is anybody's guess.
    rmSync(join(folder, "file"), { force: true });
    return outcome;
  });

  add("takes the last of several writers one after another", [43], async (fs, folder) => {
    const path = join(folder, "file");
    for (let turn = 0; turn < 10; turn += 1) await fs.writeFile(path, "x".repeat(turn * 100));
    return readFileSync(path).length;
  });

  add("copies text at the call", [36], async (fs, folder) => {
    const path = Buffer.from(join(folder, "file"));
    const promise = fs.writeFile(path, "text");
    path.fill(0x78);
    return promise;
  });
});

const ofHandle = group("FileHandle.writeFile", (add) => {
  const write = async (...[fs, path, data, options]: Parameters<Parameters<typeof addWritingScenarios>[1]>): Promise<unknown> =>
    withHandle(fs, path, "w", (handle) => handle.writeFile(bad(data), bad(options)));
  addWritingScenarios(add, write, true);
  addOptionsScenarios(add, { prepare: () => undefined, call: (fs, folder, options) => write(fs, join(folder, "file"), "6162ä", options) });

  add("writes at the cursor without truncating", [43], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r+", async (handle) => {
      await handle.read(Buffer.alloc(2), 0, 2);
      await handle.writeFile("AB");
      await handle.writeFile(Buffer.from("CD"));
      await handle.writeFile(bad(["E", "F"]));
      return handle.read(Buffer.alloc(4), 0, 4);
    }),
  );

  add("takes no notice of flag, mode and flush", [43], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r+", (handle) =>
      attempts({
        flag: () => handle.writeFile("x", bad({ flag: "a" })),
        badFlag: () => handle.writeFile("x", bad({ flag: "nonsense" })),
        mode: () => handle.writeFile("x", bad({ mode: "nonsense" })),
        flush: () => handle.writeFile("x", bad({ flush: 5 })),
      }),
    ),
  );

  add("reports a handle that cannot write, without a path", [4], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", (handle) => attempts({ text: () => handle.writeFile("y"), bytes: () => handle.writeFile(Buffer.from("y")), nothing: () => handle.writeFile(""), iterable: () => handle.writeFile(bad(["y"])) })),
  );

  add("appends in append mode", [34, 43], async (fs, folder) => withHandle(fs, plant(folder, { file: "start" }), "a", (handle) => attempt(() => handle.writeFile("end"))));
});

const byFunction = group("writeFile", (add) => {
  add("takes a FileHandle: at its cursor, staying open", [43], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r+", async (handle) => {
      await fs.writeFile(handle, "AB");
      await fs.writeFile(handle, Buffer.from("CD"), { flag: "a", mode: 0o777 });
      await fs.writeFile(handle, ["E", "F"]);
      return [handle.fd > 0, await attempt(() => fs.writeFile(handle, bad(5))), await attempt(() => fs.writeFile(handle, "x", { signal: AbortSignal.abort() }))];
    }),
  );
});

export default [...ofPath, ...ofHandle, ...byFunction] satisfies Scenario[];
