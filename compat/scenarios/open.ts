import { execFileSync } from "node:child_process";
import { closeSync, constants, fstatSync, readFileSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { asyncIdOf } from "../emitter";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";
import { badFlags, badModes } from "../values";
import { withHandle } from "../with-handle";

const flagStrings = ["r", "rs", "sr", "r+", "rs+", "sr+", "w", "wx", "xw", "w+", "wx+", "xw+", "a", "ax", "xa", "as", "sa", "a+", "ax+", "xa+", "as+", "sa+"];

/** The kernel's view of a descriptor's flags, in octal. */
const kernelFlags = (handle: FileHandle): string => /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${handle.fd}`, "utf8"))?.[1] ?? "?";

export default group("open", (add) => {
  addPathScenarios(add, {
    wants: "file",
    call: async (fs, path) => {
      const handle = await fs.open(path);
      await handle.close();
      return "opened";
    },
  });

  for (const flags of flagStrings) {
    add(`opens with flags "${flags}"`, [17, 76], async (fs, folder) => {
      writeFileSync(join(folder, "there"), "0123456789");
      const open = async (name: string): Promise<unknown> =>
        withHandle(fs, join(folder, name), flags, async (handle) => ({
          flags: kernelFlags(handle),
          written: await attempt(() => handle.write("AB")),
          read: await attempt(() => handle.read(Buffer.alloc(4), 0, 4, 0)),
          stat: (await handle.stat()).size,
        }));
      return attempts({ there: () => open("there"), missing: () => open("missing") });
    });
  }

  add("opens with numeric flags", [17, 76], async (fs, folder) => {
    const path = plant(folder, { file: "0123456789", directory: {}, way: link("file") });
    const { O_RDONLY, O_RDWR, O_TRUNC, O_APPEND, O_CREAT, O_EXCL, O_DIRECTORY, O_NOFOLLOW, O_SYNC, O_NOATIME, O_WRONLY } = constants;
    const flagsOf = (target: string, flags: number): Promise<unknown> => withHandle(fs, target, flags, async (handle) => kernelFlags(handle));
    return attempts({
      read: () => flagsOf(path, O_RDONLY),
      append: () => flagsOf(path, O_RDWR | O_APPEND),
      sync: () => flagsOf(path, O_WRONLY | O_SYNC),
      noatime: () => flagsOf(path, O_RDONLY | O_NOATIME),
      exclusive: () => flagsOf(path, O_RDWR | O_CREAT | O_EXCL),
      directory: () => flagsOf(join(folder, "directory"), O_RDONLY | O_DIRECTORY),
      fileAsDirectory: () => flagsOf(path, O_RDONLY | O_DIRECTORY),
      nofollow: () => flagsOf(join(folder, "way"), O_RDONLY | O_NOFOLLOW),
      create: () => flagsOf(join(folder, "created"), O_WRONLY | O_CREAT),
      truncate: () => flagsOf(path, O_RDWR | O_TRUNC),
      zero: () => flagsOf(path, 0),
    });
  });

  add("opens for non-blocking use without showing it elsewhere", [17], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return {
      asked: await withHandle(fs, path, constants.O_RDONLY | constants.O_NONBLOCK, async (handle) => kernelFlags(handle)),
      notAsked: await withHandle(fs, path, constants.O_RDONLY, async (handle) => kernelFlags(handle)),
    };
  });

  add("takes null and undefined as r", [17], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return {
      null: await withHandle(fs, path, bad(null), async (handle) => kernelFlags(handle)),
      undefined: await withHandle(fs, path, bad(undefined), async (handle) => kernelFlags(handle)),
    };
  });

  add("refuses flags that are none", [11, 17], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attemptEach(badFlags, (flags) => fs.open(path, bad(flags)));
  });

  add("refuses flags before it looks for the file", [17], async (fs, folder) => attempt(() => fs.open(join(folder, "missing"), "foo")));

  for (const [label, mode] of [["0o600", 0o600], ["octal string", "640"], ["0", 0], ["setuid", 0o4755], ["null", null], ["undefined", undefined]] as const) {
    add(`passes a mode through the umask: ${label}`, [18, 49], async (fs, folder) => {
      process.umask(0o026);
      const handle = await fs.open(join(folder, "made"), "w", bad(mode));
      await handle.close();
      return undefined;
    });
  }

  add("keeps the mode of a file that is there", [49], async (fs, folder) => {
    const path = join(folder, "there");
    writeFileSync(path, "x", { mode: 0o640 });
    const handle = await fs.open(path, "w", 0o777);
    await handle.close();
    return undefined;
  });

  add("refuses modes that are none", [18], async (fs, folder) => attemptEach(badModes, (mode) => fs.open(join(folder, "new"), "w", bad(mode))));

  add("gives a genuine FileHandle", [69], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const genuine = await (await import("node:fs/promises")).open(path);
    const handle = await fs.open(path);
    const seen = {
      handle,
      isInstance: handle instanceof genuine.constructor,
      name: handle.constructor.name,
      tag: Object.prototype.toString.call(handle),
      fd: typeof handle.fd,
      positive: handle.fd > 2,
      fdIsGetter: Object.getOwnPropertyDescriptor(handle, "fd") === undefined,
      asyncId: typeof asyncIdOf(handle),
      json: Object.keys(JSON.parse(JSON.stringify(handle)) as object),
    };
    await handle.close();
    await genuine.close();
    return seen;
  });

  add("gives a descriptor that the synchronous API can use", [69], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "12345" }), "r", async (handle) => [fstatSync(handle.fd).size, readFileSync(handle.fd, "utf8")]),
  );

  add("lets children inherit nothing", [76], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", async (handle) => (Number.parseInt(kernelFlags(handle), 8) & 0o2000000) !== 0),
  );

  add("opens a directory for reading, not for writing", [1], async (fs, folder) => {
    const path = plant(folder, { directory: {} });
    return attempts({
      read: () => withHandle(fs, path, "r", async (handle) => (await handle.stat()).isDirectory()),
      write: () => fs.open(path, "w"),
      update: () => fs.open(path, "r+"),
      append: () => fs.open(path, "a"),
    });
  });

  add("creates what a dangling link names, but not exclusively", [17], async (fs, folder) => {
    const path = plant(folder, { dangling: link("target") });
    return attempts({ exclusive: () => fs.open(path, "wx"), plain: () => withHandle(fs, path, "w", async () => "opened") });
  });

  add("opens many at once, each its own", [78], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const handles = await Promise.all(Array.from({ length: 50 }, () => fs.open(path)));
    const distinct = new Set(handles.map((handle) => handle.fd)).size;
    await Promise.all(handles.map((handle) => handle.close()));
    return { distinct, closed: handles.every((handle) => handle.fd === -1) };
  });

  add("opens devices", [17], async (fs) => ({
    null: await withHandle(fs, "/dev/null", "r+", async (handle) => [await handle.read(Buffer.alloc(4), 0, 4), await handle.write("gone")]),
    zero: await withHandle(fs, "/dev/zero", "r", async (handle) => handle.read(Buffer.alloc(4, 1), 0, 4)),
  }));

  add("waits at a FIFO for its other end", [17], async (fs, folder) => {
    const path = join(folder, "fifo");
    execFileSync("mkfifo", [path]);
    const order: string[] = [];
    const reader = fs.open(path, "r").then((handle) => {
      order.push("reader");
      return handle;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    order.push("50 ms later");
    const writer = await fs.open(path, "w");
    const read = await reader;
    order.push("both");
    await writer.write("through");
    const got = await read.read(Buffer.alloc(16), 0, 16);
    const flags = [kernelFlags(read), kernelFlags(writer)];
    await writer.close();
    const end = await read.read(Buffer.alloc(16), 0, 16);
    await read.close();
    return { waited: order[0], got, end, flags };
  });

  add("reports that no more descriptors may be open", [77], async (_fs, folder, { expression }) => {
    const path = plant(folder, { file: "x" });
    const program = `
      const fs = ${expression};
      (async () => {
        await fs.stat(${JSON.stringify(path)});
        const nodeFs = require("node:fs");
        try { for (;;) nodeFs.openSync("/dev/null"); } catch {}
        try { await fs.open(${JSON.stringify(path)}); } catch (error) { process.stdout.write(JSON.stringify([error.message, error.code, error.errno, error.syscall, error.path])); }
        process.exit(0);
      })();`;
    return execFileSync("/bin/sh", ["-c", `ulimit -n 64; exec "$0" -e "$1"`, process.execPath, program], { encoding: "utf8" });
  });

  add("lets its descriptor be closed behind its back", [64], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    closeSync(handle.fd);
    return attempt(() => handle.close());
  });
});
