/** Files that are no files: terminals, block devices, sockets, and those that a kernel makes up while they are read. */

import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { on, once } from "node:events";
import nodeFs from "node:fs";
import net from "node:net";
import { isatty } from "node:tty";
import { alignedBuffer } from "caio";
import { eachCell, packageRoot } from "./matrix";
import { eachFileSystem, type FileSystem } from "./fs-matrix";
import { expectNodesOutcomes } from "./outcomes";

const isLinux = process.platform === "linux";
const digest = (bytes: Uint8Array): string => `${bytes.length} ${createHash("sha256").update(bytes).digest("hex")}`;

/** The place of a terminal, what is typed at it, and what appears on it. */
interface Terminal {
  readonly path: string;
  type(text: string): void;
  /** What appears from now on, until this text has. */
  shows(text: string): Promise<string>;
  close(): Promise<void>;
}

async function openTerminal(): Promise<Terminal> {
  const child = spawn("script", ["--quiet", "--flush", "--command", "stty -echo; tty; exec sleep 600", "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  const { stdin, stdout } = child;
  await once(child, "spawn");
  let seen = "";
  const arrivals = on(stdout.setEncoding("utf8"), "data", { close: ["end"] });
  const shows = async (text: string): Promise<string> => {
    while (!seen.includes(text)) {
      const { value, done } = (await arrivals.next()) as IteratorResult<[string], undefined>;
      if (done === true) throw new Error(`the terminal ended at ${JSON.stringify(seen)}`);
      seen += value[0];
    }
    const shown = seen;
    seen = "";
    return shown;
  };
  const path = /\/dev\/\S+/.exec(await shows("\n"))?.[0] ?? "";
  return {
    path,
    shows,
    type: (text) => void stdin.write(text),
    close: async () => {
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

eachFileSystem("terminals are read and written as by node:fs/promises", ({ fs }) => {
  let terminal: Terminal | undefined;
  before(async function () {
    const lacks = !isLinux ? "the terminals are Linux's" : spawnSync("script", ["--version"]).status === 0 ? undefined : "there is no script here: it is in util-linux";
    if (lacks === undefined) {
      terminal = await openTerminal();
      return;
    }
    console.log(`      ${lacks}`);
    this.skip();
  });
  after(() => terminal?.close());
  const here = (): Terminal => {
    if (terminal === undefined) throw new Error("there is no terminal");
    return terminal;
  };

  it("line by line, to the end that is typed", async () => {
    const { path, type, shows } = here();
    await expectNodesOutcomes(fs, ["done", "ESPIPE"], async (one, note) => {
      const handle = await one.open(path, nodeFs.constants.O_RDWR | nodeFs.constants.O_NOCTTY);
      await note("is a terminal", Promise.resolve(isatty(handle.fd)));
      await note("stat", handle.stat().then((stats) => [stats.isCharacterDevice(), stats.size]));
      const waiting = handle.read(Buffer.alloc(64), 0, 64, null).then(({ bytesRead, buffer }) => buffer.toString("utf8", 0, bytesRead));
      type("first line\nsecond line\n");
      await note("a read that waits", waiting);
      await note("the next line", handle.readv([Buffer.alloc(7), Buffer.alloc(64)]).then(({ bytesRead, buffers }) => Buffer.concat(buffers).toString("utf8", 0, bytesRead)));
      await note("at a position", handle.read(Buffer.alloc(4), 0, 4, 0));
      await note("writing at a position", handle.write("x", 3));
      await note("write", handle.write("shown\n").then(({ bytesWritten }) => bytesWritten));
      await note("shown", shows("shown\r\n"));
      await note("writev", handle.writev([Buffer.from("shown "), Buffer.from("again\n")]).then(({ bytesWritten }) => bytesWritten));
      await note("shown", shows("again\r\n"));
      await note("sync", handle.sync());
      await note("truncate", handle.truncate(0));
      const reading = handle.readFile("utf8");
      type("all of\nthis\n\x04");
      await note("readFile of the handle", reading);
      await note("close", handle.close());
      await note("writeFile", one.writeFile(path, "as a file\n"));
      await note("shown", shows("file\r\n"));
      await note("appendFile", one.appendFile(path, "at its end\n"));
      await note("shown", shows("end\r\n"));
      await note("access", one.access(path, nodeFs.constants.W_OK));
    });
  });

  it("while other files are served", async () => {
    const { path, type } = here();
    const handle = await fs.open(path, nodeFs.constants.O_RDONLY | nodeFs.constants.O_NOCTTY);
    const waiting = handle.read(Buffer.alloc(8), 0, 8, null);
    const texts = await Promise.all(Array.from({ length: 50 }, () => fs.readFile(`${packageRoot}/package.json`, "utf8")));
    expect(new Set(texts).size).to.equal(1);
    type("enough\n");
    expect((await waiting).bytesRead).to.equal(7);
    await handle.close();
  });
});

const blockSize = 4096;
const deviceSize = 4 * 1024 * 1024;

/** Undefined: a loop device at the returned path, gone with the last who has it open. */
function attachLoop(image: string): { path: string; fd: number } {
  const attached = spawnSync("losetup", ["--find", "--show", image], { encoding: "utf8" });
  if (attached.status !== 0) throw new Error(attached.error?.message ?? attached.stderr.trim());
  const path = attached.stdout.trim();
  const fd = nodeFs.openSync(path, "r");
  // Asked for while it is open, the end comes with the last close: of this process, however that ends.
  spawnSync("losetup", ["--detach", path]);
  return { path, fd };
}

eachFileSystem("block devices are read and written as by node:fs/promises", ({ fs, place }) => {
  let device = { path: "", fd: -1 };
  before(function () {
    if (!isLinux || process.geteuid?.() !== 0) {
      console.log("      only root can attach a loop device");
      this.skip();
    }
    const image = place("image");
    nodeFs.writeFileSync(image, Buffer.alloc(deviceSize, "block device "));
    try {
      device = attachLoop(image);
    } catch (error) {
      console.log(`      no loop device can be had: ${String(error)}`);
      this.skip();
    }
  });
  after(() => {
    if (device.fd !== -1) nodeFs.closeSync(device.fd);
  });

  it("whole, in parts, and up to their end", async () => {
    const { path } = device;
    await expectNodesOutcomes(fs, ["done", "ENOSPC", "EINVAL"], async (one, note) => {
      nodeFs.writeFileSync(path, Buffer.alloc(deviceSize, "block device "));
      await note("stat", one.stat(path).then((stats) => [stats.isBlockDevice(), stats.size, stats.rdev]));
      await note("readFile", one.readFile(path).then(digest));
      await note("writeFile", one.writeFile(path, "written at the start"));
      await note("appendFile", one.appendFile(path, "appended"));
      await note("truncate", one.truncate(path, 10));
      await note("copyFile", one.copyFile(path, place("copy")));
      await note("the copy", one.readFile(place("copy")).then(digest));
      const handle = await one.open(path, "r+");
      await note("read", handle.read(Buffer.alloc(100), 0, 100, deviceSize - 50).then(({ bytesRead, buffer }) => [bytesRead, String(buffer)]));
      await note("read at the end", handle.read(Buffer.alloc(100), 0, 100, deviceSize).then(({ bytesRead }) => bytesRead));
      await note("read beyond", handle.read(Buffer.alloc(100), 0, 100, deviceSize * 2).then(({ bytesRead }) => bytesRead));
      await note("write", handle.write("in the middle", deviceSize / 2).then(({ bytesWritten }) => bytesWritten));
      await note("write across the end", handle.write(Buffer.alloc(100, "e"), 0, 100, deviceSize - 50).then(({ bytesWritten }) => bytesWritten));
      await note("write at the end", handle.write("x", deviceSize));
      await note("writev", handle.writev([Buffer.from("one"), Buffer.from("two")], 100).then(({ bytesWritten }) => bytesWritten));
      await note("sync", handle.sync());
      await note("datasync", handle.datasync());
      await note("handle.truncate", handle.truncate(10));
      await note("handle.readFile", handle.readFile().then(digest));
      await note("at the cursor", handle.read(Buffer.alloc(10), 0, 10, null).then(({ bytesRead }) => bytesRead));
      await note("close", handle.close());
      await one.rm(place("copy"), { force: true });
    });
  });

  it("past the page cache, with O_DIRECT", async () => {
    const { O_RDWR, O_DIRECT } = nodeFs.constants;
    await expectNodesOutcomes(fs, ["done", "EINVAL"], async (one, note) => {
      const handle = await one.open(device.path, O_RDWR | O_DIRECT);
      const buffer = alignedBuffer(4 * blockSize, blockSize).fill("direct ");
      await note("write", handle.write(buffer, 0, buffer.length, blockSize).then(({ bytesWritten }) => bytesWritten));
      buffer.fill(0);
      const parts = Array.from({ length: 4 }, (_, index) => handle.read(buffer, index * blockSize, blockSize, (index + 1) * blockSize));
      await note("reads", Promise.all(parts).then((reads) => [reads.map(({ bytesRead }) => bytesRead), digest(buffer)]));
      await note("unaligned", handle.read(buffer, 0, 100, 1));
      await note("at the end", handle.read(buffer, 0, buffer.length, deviceSize - blockSize).then(({ bytesRead }) => bytesRead));
      await note("sync", handle.sync());
      await note("close", handle.close());
    });
  });
});

eachFileSystem("sockets in the file system are met as by node:fs/promises", ({ fs, place }) => {
  const listening = async (at: string): Promise<net.Server> => {
    const server = net.createServer();
    server.listen(at);
    await once(server, "listening");
    return server;
  };

  it("told apart, renamed, removed, and never opened", async () => {
    await expectNodesOutcomes(fs, ["done", "ENXIO"], async (one, note) => {
      const at = place("socket");
      const server = await listening(at);
      await note("stat", one.stat(at).then((stats) => [stats.isSocket(), stats.size]));
      await note("readdir", one.readdir(place("."), { withFileTypes: true }).then((all) => all.map((entry) => [entry.name, entry.isSocket()])));
      for (const flag of ["r", "r+", "w", "a", "wx"]) await note(`open ${flag}`, one.open(at, flag));
      await note("readFile", one.readFile(at));
      await note("writeFile", one.writeFile(at, "x"));
      await note("appendFile", one.appendFile(at, "x"));
      await note("truncate", one.truncate(at));
      await note("copyFile", one.copyFile(at, place("copy")));
      await note("copyFile onto it", one.copyFile(`${packageRoot}/package.json`, at));
      await note("is it there still", one.access(at));
      await one.rm(at, { force: true });
      server.close();
      const other = await listening(at);
      await note("access", one.access(at));
      await note("chmod", one.chmod(at, 0o600).then(async () => (await one.stat(at)).mode & 0o777));
      await note("utimes", one.utimes(at, 1, 2).then(async () => (await one.lstat(at)).mtimeMs));
      await note("link", one.link(at, place("hard")));
      await note("rename", one.rename(at, place("moved")));
      await note("unlink", one.unlink(place("moved")));
      await note("rm", one.rm(place("hard")));
      other.close();
      await note("nothing is left", one.readdir(place(".")));
    });
  });
});

eachCell("a context on a socket", ({ backend, tryNow }) => {
  const script = `
    const { AsyncContext } = require("caio");
    const context = new AsyncContext({ backend: "${backend}", tryNow: ${tryNow} });
    (async () => {
      const read = async () => String(await context.read(100, 3, null));
      process.stdout.write("ready");
      const first = await read();
      await context.write("heard " + first, 3, null);
      const second = await read();
      const end = await read();
      const positioned = await context.read(1, 3, 0).catch(({ code }) => code);
      await context.close();
      console.log(JSON.stringify([first, second, end, positioned]));
    })();
  `;

  it("reads what comes when it comes, writes, and sees the end", async () => {
    const child = spawn(process.execPath, ["-e", script], { cwd: packageRoot, stdio: ["ignore", "pipe", "inherit", "pipe"] });
    const [, stdout, , socket] = child.stdio;
    if (stdout === null || !(socket instanceof net.Socket)) throw new Error("the child has not the pipes that were asked for");
    let told = "";
    stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
    await once(stdout, "data");
    socket.write("one");
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(String(answer)).to.equal("heard one");
    socket.end("two");
    const [status] = (await once(child, "close")) as [number | null];
    expect([told, status]).to.deep.equal([`ready${JSON.stringify(["one", "two", "", "ESPIPE"])}\n`, 0]);
  });
});

/** Their sizes say nothing of what is in them; those of /proc say 0, those of /sys a page. */
const madeUp = ["/proc/version", "/proc/filesystems", "/proc/self/cmdline", "/proc/self/environ", "/proc/sys/kernel/ostype", "/sys/kernel/notes", "/sys/kernel/mm/transparent_hugepage/enabled", "/sys/devices/system/cpu/online"];

/** Made anew from its beginning for each read: so large that one way for each backend is enough. */
const large = "/proc/kallsyms";

eachFileSystem("files that the kernel makes up are read as by node:fs/promises", ({ cell, fs, place }) => {
  before(function () {
    if (isLinux) return;
    console.log("      /proc and /sys are Linux's");
    this.skip();
  });

  for (const path of cell.tryNow && cell.medium === "disk" ? [...madeUp, large] : madeUp) {
    it(`${path}, whole and in parts`, async function () {
      if (!nodeFs.existsSync(path)) {
        console.log(`      this kernel has no ${path}`);
        this.skip();
      }
      await expectNodesOutcomes(fs, ["done"], async (one, note) => {
        await note("size", one.stat(path).then(({ size }) => size));
        await note("readFile", one.readFile(path).then(digest));
        await note("readFile as text", one.readFile(path, "latin1").then((text) => digest(Buffer.from(text, "latin1"))));
        const handle = await one.open(path);
        await note("read", handle.read(Buffer.alloc(5), 0, 5, 2).then(({ bytesRead, buffer }) => [bytesRead, buffer.toString("hex")]));
        await note("a large read", handle.read(Buffer.alloc(3_000_000), 0, 3_000_000, 0).then(({ bytesRead, buffer }) => digest(buffer.subarray(0, bytesRead))));
        await note("handle.readFile", handle.readFile().then(digest));
        await note("once more", handle.readFile().then(digest));
        await note("close", handle.close());
        const stream = (await one.open(path)).createReadStream({ start: 1, end: 20_000, highWaterMark: 777 });
        await note("stream", stream.toArray().then((chunks: Buffer[]) => digest(Buffer.concat(chunks))));
        // Of a file whose size is not what it gives, as those of /sys, Node's copyFile never ends.
        if (!path.startsWith("/sys/")) await note("copyFile", one.copyFile(path, place("copy")).then(async () => digest(await one.readFile(place("copy")))));
        await one.rm(place("copy"), { force: true });
      });
    });
  }

  it("and those of /sys copied, where Node's own copy would never end", async function () {
    if (cell.backend === "js") {
      console.log("      js copies as Node does");
      this.skip();
    }
    const online = "/sys/devices/system/cpu/online";
    await fs.copyFile(online, place("copy"));
    expect(nodeFs.readFileSync(place("copy"), "utf8")).to.equal(nodeFs.readFileSync(online, "utf8"));
  });

  it("and written, where they take it", async () => {
    const read = async (one: FileSystem, path: string): Promise<string> => one.readFile(path, "utf8");
    await expectNodesOutcomes(fs, ["done", "EINVAL", "ENOENT"], async (one, note) => {
      await note("comm", one.writeFile("/proc/self/comm", "renamed"));
      await note("comm now", read(one, "/proc/self/comm"));
      await note("back", one.writeFile("/proc/self/comm", "node"));
      await note("what it refuses", one.writeFile("/proc/self/oom_score_adj", "no number"));
      await note("memory", one.readFile("/proc/self/mem"));
      await note("none", one.readFile("/proc/caio-none"));
      await note("new", one.writeFile("/proc/caio-none", "x"));
      await note("mkdir", one.mkdir("/sys/caio-none"));
      await note("unlink", one.unlink("/proc/version"));
      await note("tasks", one.readdir("/proc/self/task").then((names) => names.includes(String(process.pid))));
      await note("recursive", one.readdir("/sys/kernel/mm", { recursive: true }).then((names) => digest(Buffer.from(names.sort().join()))));
    });
  });
});
