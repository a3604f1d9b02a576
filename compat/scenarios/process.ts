/** What a whole process shows: what it waits for, what it may do, and whose file system it works on. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { link, plant } from "../plant";
import { group } from "../scenario";
import { project } from "../subject";

interface Program {
  readonly text: string;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a program of its own prints. */
const printed = ({ text, flags = [], environment = {} }: Program, folder: string): unknown =>
  JSON.parse(execFileSync(process.execPath, [...flags, "-e", text], { encoding: "utf8", cwd: folder, env: { ...process.env, ...environment }, stdio: "pipe" }));

const permissionFlag = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";

/** With leave to read and write in one folder each, and to load caio, which stays on `js` then. */
const restricted = (folder: string): string[] => [
  permissionFlag,
  ...["dist", "package.json"].map((name) => `--allow-fs-read=${join(project, name)}`),
  `--allow-fs-read=${join(folder, "readable")}`,
  `--allow-fs-write=${join(folder, "writable")}`,
];

/** How each of the calls ends, as data: errors with their own keys in order. */
const endsOf = (expression: string, calls: string): string => `
  const fs = ${expression};
  const { join } = require("node:path");
  const handleOf = async (use) => {
    const handle = await fs.open("readable/file");
    try { return await use(handle); } finally { await handle.close(); }
  };
  const first = async (iterable) => { for await (const one of iterable) return one.eventType ?? one; return "nothing"; };
  const calls = ${calls};
  (async () => {
    const ends = {};
    for (const [name, call] of Object.entries(calls)) {
      let promise;
      try { promise = call(); } catch (error) { ends[name] = { threw: error.code }; continue; }
      ends[name] = await promise.then(
        (value) => ({ resolved: typeof value }),
        (error) => ({ class: error.constructor.name, text: String(error), own: Object.entries(error), keys: Reflect.ownKeys(error) }),
      );
    }
    process.stdout.write(JSON.stringify(ends));
  })();
`;

export default group("process", (add) => {
  add("names nothing among its active resources when it is idle", [73], async (_fs, folder, { expression }) => {
    plant(folder, { file: "x" });
    const text = `
      const fs = ${expression};
      (async () => {
        const handle = await fs.open("file");
        await handle.read(Buffer.alloc(1));
        await fs.readFile("file");
        await new Promise((resolve) => setTimeout(resolve, 20));
        const between = process.getActiveResourcesInfo();
        await handle.close();
        await new Promise((resolve) => setTimeout(resolve, 20));
        process.stdout.write(JSON.stringify([between, process.getActiveResourcesInfo()].map((names) => names.filter((name) => !/Pipe|TTY/.test(name)))));
      })();
    `;
    return printed({ text }, folder);
  });

  add("names what is pending among its active resources", [73], async (_fs, folder, { expression }) => {
    execFileSync("mkfifo", [join(folder, "fifo")]);
    const text = `
      const fs = ${expression};
      (async () => {
        await fs.stat(".");
        const opening = fs.open("fifo");
        await new Promise((resolve) => setTimeout(resolve, 20));
        const pending = process.getActiveResourcesInfo();
        const writer = require("node:child_process").spawn("/bin/sh", ["-c", ": > fifo"]);
        await (await opening).close();
        process.stdout.write(JSON.stringify(pending.filter((name) => !/Pipe|TTY/.test(name))));
      })();
    `;
    return printed({ text }, folder);
  });

  /** The types of the resources that async_hooks sees while a file is opened, read and closed. */
  const resources = (expression: string, folder: string, wanted: string): unknown => {
    plant(folder, { file: "x" });
    const text = `
      const fs = ${expression};
      (async () => {
        await (await fs.open("file")).close();
        const seen = [];
        const hook = require("node:async_hooks").createHook({ init: (id, type) => { if (${wanted}.test(type)) seen.push(type); } }).enable();
        const handle = await fs.open("file");
        await handle.read(Buffer.alloc(1));
        await fs.stat("file");
        await handle.close();
        hook.disable();
        process.stdout.write(JSON.stringify(seen));
      })();
    `;
    return printed({ text }, folder);
  };

  add("shows async_hooks its FileHandles", [72], async (_fs, folder, { expression }) => resources(expression, folder, "/^FILEHANDLE$/"));

  add("shows async_hooks its requests", [72], async (_fs, folder, { expression }) => resources(expression, folder, "/REQ/"));

  add("does without descriptors what Node does without, when none is left", [77], async (_fs, folder, { expression }) => {
    plant(folder, { file: "x", way: link("file"), tree: { inner: { a: "y" } }, one: "1", two: "2", three: {} });
    const program = `
      const fs = ${expression};
      const { openSync, closeSync, renameSync } = require("node:fs");
      const calls = {
        access: () => fs.access("file"), stat: () => fs.stat("file"), lstat: () => fs.lstat("way"), statfs: () => fs.statfs("."),
        readlink: () => fs.readlink("way"), realpath: () => fs.realpath("way"), chmod: () => fs.chmod("file", 0o600),
        chown: () => fs.chown("file", -1, -1), utimes: () => fs.utimes("file", 1, 1), lutimes: () => fs.lutimes("way", 1, 1),
        mkdir: () => fs.mkdir("made"), recursive: () => fs.mkdir("made/deep/er", { recursive: true }), mkdtemp: () => fs.mkdtemp("made/").then((path) => renameSync(path, "made/by-template")),
        link: () => fs.link("file", "other"), symlink: () => fs.symlink("file", "another"), rename: () => fs.rename("one", "uno"),
        unlink: () => fs.unlink("two"), rm: () => fs.rm("uno"), rmdir: () => fs.rmdir("three"),
        open: () => fs.open("file"), readFile: () => fs.readFile("file"), writeFile: () => fs.writeFile("file", "z"), appendFile: () => fs.appendFile("file", "z"),
        truncate: () => fs.truncate("file"), readdir: () => fs.readdir("tree"), deeply: () => fs.readdir("tree", { recursive: true }),
        copyFile: () => fs.copyFile("file", "copy"), cp: () => fs.cp("tree", "copied", { recursive: true }), opendir: () => fs.opendir("tree"),
      };
      (async () => {
        const ready = await fs.open("file");
        await Promise.all([fs.stat("."), fs.readFile("file"), fs.readdir("tree"), fs.cp("tree", "before", { recursive: true }), fs.rm("missing", { force: true, recursive: true })]);
        const open = [];
        try { for (;;) open.push(openSync("/")); } catch {}
        const ends = {};
        for (const [name, call] of Object.entries(calls)) ends[name] = await call().then(() => "done", ({ code, syscall, path, dest }) => ({ code, syscall, path, dest }));
        ends.read = (await ready.read(Buffer.alloc(4))).bytesRead;
        for (const descriptor of open) closeSync(descriptor);
        await ready.close();
        process.stdout.write(JSON.stringify(ends));
      })();
    `;
    return JSON.parse(execFileSync("/bin/sh", ["-c", 'ulimit -n 100; exec "$0" -e "$1"', process.execPath, program], { encoding: "utf8", cwd: folder })) as unknown;
  });

  add("denies under the permission model what was not allowed to be read", [80], async (_fs, folder, { following }) => {
    plant(folder, { readable: { file: "x", tree: { inner: "y" } }, writable: {}, secret: { file: "z" } });
    const text = endsOf(following, `{
      readFile: () => fs.readFile("secret/file"),
      missing: () => fs.readFile("secret/missing"),
      absolute: () => fs.readFile(join(process.cwd(), "secret/file")),
      buffer: () => fs.readFile(Buffer.from("secret/file")),
      proc: () => fs.readFile("/proc/self/root/etc/hostname"),
      stat: () => fs.stat("secret"),
      lstat: () => fs.lstat("secret"),
      statfs: () => fs.statfs("secret"),
      access: () => fs.access("secret/file"),
      open: () => fs.open("secret/file"),
      opendir: () => fs.opendir("secret"),
      readdir: () => fs.readdir("secret"),
      recursive: () => fs.readdir("secret", { recursive: true }),
      readlink: () => fs.readlink("secret/link"),
      realpath: () => fs.realpath("secret/file"),
      copyFile: () => fs.copyFile("secret/file", "writable/copy"),
      cp: () => fs.cp("secret", "writable/copy", { recursive: true }),
      rm: () => fs.rm("secret/file"),
      rmRecursive: () => fs.rm("secret", { recursive: true }),
      watch: () => first(fs.watch("secret")),
      ...(fs.glob === undefined ? {} : { glob: () => first(fs.glob("secret/*")) }),
    }`);
    return printed({ text, flags: restricted(folder) }, folder);
  });

  add("denies under the permission model what was not allowed to be written", [6, 80], async (_fs, folder, { following }) => {
    plant(folder, { readable: { file: "x", tree: { inner: "y" } }, writable: {} });
    const text = endsOf(following, `{
      writeFile: () => fs.writeFile("readable/file", "y"),
      appendFile: () => fs.appendFile("readable/file", "y"),
      open: () => fs.open("readable/file", "r+"),
      mkdir: () => fs.mkdir("readable/made"),
      recursive: () => fs.mkdir("readable/made/deep", { recursive: true }),
      mkdtemp: () => fs.mkdtemp("readable/made-"),
      rmdir: () => fs.rmdir("readable/tree"),
      rm: () => fs.rm("readable/file"),
      unlink: () => fs.unlink("readable/file"),
      rename: () => fs.rename("readable/file", "writable/file"),
      copyFile: () => fs.copyFile("readable/file", "readable/copy"),
      cp: () => fs.cp("readable/tree", "readable/copy", { recursive: true }),
      link: () => fs.link("readable/file", "readable/name"),
      symlink: () => fs.symlink("readable/file", "writable/way"),
      truncate: () => fs.truncate("readable/file"),
      chmod: () => fs.chmod("readable/file", 0o600),
      chown: () => fs.chown("readable/file", 0, 0),
      lchown: () => fs.lchown("readable/file", 0, 0),
      utimes: () => fs.utimes("readable/file", 1, 1),
      lutimes: () => fs.lutimes("readable/file", 1, 1),
      fchmod: () => handleOf((handle) => handle.chmod(0o600)),
      fchown: () => handleOf((handle) => handle.chown(0, 0)),
      futimes: () => handleOf((handle) => handle.utimes(1, 1)),
      fsync: () => handleOf((handle) => handle.sync()),
      fdatasync: () => handleOf((handle) => handle.datasync()),
    }`);
    return printed({ text, flags: restricted(folder) }, folder);
  });

  add("does under the permission model what was allowed", [80], async (_fs, folder, { following }) => {
    plant(folder, { readable: { file: "x", tree: { inner: "y" } }, writable: { old: "o" } });
    const text = endsOf(following, `{
      readFile: () => fs.readFile("readable/file"),
      missing: () => fs.readFile("readable/missing"),
      stat: () => fs.stat("readable"),
      readdir: () => fs.readdir("readable", { recursive: true }),
      read: () => handleOf((handle) => handle.read(Buffer.alloc(1))),
      writeFile: () => fs.writeFile("writable/file", "y"),
      mkdir: () => fs.mkdir("writable/a/b", { recursive: true }),
      copyFile: () => fs.copyFile("readable/file", "writable/copy"),
      unlink: () => fs.unlink("writable/old"),
    }`);
    return printed({ text, flags: restricted(folder) }, folder);
  });

  add("follows a file system that was put in the place of Node's, with the off-switch", [82], async (_fs, folder, { following }) => {
    const text = `
      const binding = process.binding("fs");
      const answer = (value, error) => (...args) => {
        if (args.includes(binding.kUsePromises)) return error === undefined ? Promise.resolve(value) : Promise.reject(error);
        const request = args.find((one) => typeof one?.oncomplete === "function");
        setImmediate(() => (error === undefined ? request.oncomplete(null, value) : request.oncomplete(error)));
      };
      const asked = [];
      const mocks = {
        readlink: answer("/mocked/target"),
        mkdir: answer(undefined),
        rename: answer(undefined, Object.assign(new Error("EIO: mocked, rename 'a' -> 'b'"), { errno: -5, code: "EIO", syscall: "rename", path: "a", dest: "b" })),
        unlink: answer(undefined, Object.assign(new Error("EROFS: mocked, unlink 'c'"), { errno: -30, code: "EROFS", syscall: "unlink", path: "c" })),
      };
      const fs = ${following};
      for (const [name, mock] of Object.entries(mocks)) binding[name] = (...args) => { asked.push([name, String(args[0])]); return mock(...args); };
      const told = (promise) => promise.then((value) => ({ value: value ?? null }), ({ code, errno, syscall, path, dest }) => ({ code, errno, syscall, path, dest }));
      (async () => {
        const ends = [await told(fs.readlink("/nowhere")), await told(fs.mkdir("/nowhere/made")), await told(fs.rename("a", "b")), await told(fs.unlink("c"))];
        process.stdout.write(JSON.stringify({ ends, asked }));
      })();
    `;
    return printed({ text, environment: { CAIO_IMPL: "js" } }, folder);
  });

  add("gives everybody the function that somebody has put in its place", [82], async (_fs, folder, { expression, specifier }) => {
    const text = `
      const fs = ${expression};
      const original = fs.readFile;
      fs.readFile = async (...args) => "mocked " + args.join();
      (async () => {
        const other = await import(${JSON.stringify(specifier)});
        const seen = [await other.default.readFile("x"), await (${expression}).readFile("y")];
        fs.readFile = original;
        seen.push(await fs.readFile("/proc/sys/kernel/ostype", "utf8"));
        process.stdout.write(JSON.stringify(seen));
      })();
    `;
    return printed({ text }, folder);
  });
});
