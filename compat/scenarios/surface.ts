import { attempt } from "../attempt";
import { bad } from "../bad";
import { group } from "../scenario";

/** A program of its own: what it prints is compared. */
async function printed(program: string): Promise<unknown> {
  const { execFileSync } = await import("node:child_process");
  return JSON.parse(execFileSync(process.execPath, ["-e", program], { encoding: "utf8", cwd: "/" })) as unknown;
}

export default group("surface", (add) => {
  add("has Node's names, in Node's order", [81], async (fs) => Object.keys(fs).filter((name) => name !== "default" && name !== "__esModule"));

  add("has functions of Node's names, lengths and kinds", [81], async (fs) =>
    Object.fromEntries(
      Object.entries(fs)
        .filter(([name]) => name !== "default")
        .map(([name, value]) => [name, typeof value === "function" ? { name: value.name, length: value.length, class: value.constructor.name } : typeof value]),
    ),
  );

  add("has Node's constants", [81], async (fs) => {
    const { constants } = await import("node:fs");
    return { same: fs.constants === constants, names: Object.keys(fs.constants), prototype: Object.getPrototypeOf(fs.constants) as unknown };
  });

  add("has writable members", [81], async (fs) =>
    Object.entries(Object.getOwnPropertyDescriptors(fs))
      .filter(([name]) => name !== "default" && name !== "__esModule")
      .map(([name, { writable, enumerable, configurable }]) => [name, writable, enumerable, configurable]),
  );

  add("has functions that no `new` takes and no `this` needs", [81], async (fs, folder) => {
    const { stat, readdir } = fs;
    return {
      loose: [(await stat(folder)).isDirectory(), await readdir(folder)],
      other: (await Reflect.apply(fs.stat, { nonsense: true }, [folder])).isDirectory(),
      // The engine's message quotes the function's source.
      made: String(Object.keys(await attempt(() => Reflect.construct(bad<new () => unknown>(fs.stat), [folder]) as unknown))),
      prototype: Object.hasOwn(fs.stat, "prototype"),
    };
  });

  add("never throws at a call without arguments", [11], async (fs) => {
    const outcomes: Record<string, unknown> = {};
    for (const name of ["access", "appendFile", "lstat", "mkdir", "open", "readFile", "readdir", "rename", "rm", "rmdir", "stat", "truncate", "unlink", "writeFile"] as const) {
      outcomes[name] = await attempt(() => bad<() => unknown>(fs[name])());
    }
    return outcomes;
  });

  add("keeps a process alive while something is pending, and no longer", [70], async (_fs, folder, { expression }) =>
    printed(`
      const fs = ${expression};
      const events = [];
      process.on("beforeExit", () => events.push("beforeExit"));
      process.on("exit", (code) => { events.push("exit " + code); process.stdout.write(JSON.stringify(events)); });
      fs.stat(${JSON.stringify(folder)}).then(() => events.push("stat"));
      fs.readdir(${JSON.stringify(folder)}).then(() => events.push("readdir"));
      fs.writeFile(${JSON.stringify(`${folder}/written`)}, "x".repeat(1000000)).then(() => events.push("written")).then(() => fs.open(${JSON.stringify(`${folder}/written`)}).then((handle) => handle.read(Buffer.alloc(4)).then(() => handle.close()))).then(() => events.push("read"));
    `).then((events) => [...(events as string[])].sort()),
  );

  add("is imported by ES modules, whole and by name", [81], async (_fs, folder, { specifier }) => {
    const { execFileSync } = await import("node:child_process");
    const program = `
      import fs, { readFile, stat, mkdir, constants } from ${JSON.stringify(specifier)};
      import * as all from ${JSON.stringify(specifier)};
      const names = Object.keys(all).filter((name) => all[name] !== undefined).sort();
      process.stdout.write(JSON.stringify([fs.readFile === readFile, all.stat === stat, fs.constants === constants, await mkdir(${JSON.stringify(`${folder}/a/b`)}, { recursive: true }), names]));`;
    return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" })) as unknown;
  });

  add("ends a process with exit code 1 for an unhandled rejection", [74], async (_fs, folder, { expression }) => {
    const { spawnSync } = await import("node:child_process");
    const { status, stderr } = spawnSync(process.execPath, ["-e", `${expression}.readFile(${JSON.stringify(`${folder}/missing`)})`], { encoding: "utf8" });
    return { status, names: stderr.includes("ENOENT: no such file or directory, open"), fields: /errno: -2,\s+code: 'ENOENT',\s+syscall: 'open',\s+path:/.test(stderr) };
  });

  add("lets process.exit() leave at once with operations pending", [70], async (_fs, folder, { expression }) => {
    const { spawnSync } = await import("node:child_process");
    const { status, signal } = spawnSync(process.execPath, ["-e", `const fs = ${expression}; for (let i = 0; i < 50; i++) { fs.stat(${JSON.stringify(folder)}); fs.readFile(process.execPath); } setImmediate(() => process.exit(7));`]);
    return { status, signal };
  });

  add("ends a worker with operations pending", [79], async (_fs, folder, { expression }) =>
    printed(`
      const { Worker } = require("node:worker_threads");
      const program = ${JSON.stringify(`const fs = ${expression}; const { parentPort } = require("node:worker_threads"); const loop = async () => { for (;;) await Promise.all(Array.from({ length: 20 }, () => fs.readFile(process.execPath).catch(() => 0))); }; loop(); fs.stat(${JSON.stringify(folder)}).then(() => parentPort.postMessage("going"));`)};
      (async () => {
        const codes = [];
        for (let round = 0; round < 3; round++) {
          const worker = new Worker(program, { eval: true });
          await new Promise((resolve) => worker.once("message", resolve));
          codes.push(await worker.terminate());
        }
        process.stdout.write(JSON.stringify(codes));
      })();
    `),
  );

  add("works in a worker that ends by itself", [79], async (_fs, folder, { expression }) =>
    printed(`
      const { Worker } = require("node:worker_threads");
      const program = ${JSON.stringify(`const fs = ${expression}; const { parentPort } = require("node:worker_threads"); fs.readdir(${JSON.stringify(folder)}).then((names) => parentPort.postMessage(names));`)};
      const messages = [];
      const workers = Array.from({ length: 3 }, () => new Worker(program, { eval: true }));
      for (const worker of workers) { worker.on("message", (message) => messages.push(message)); }
      Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve)))).then((codes) => process.stdout.write(JSON.stringify({ codes, messages })));
    `),
  );

  add("keeps AsyncLocalStorage through every await", [72], async (fs, folder) => {
    const { AsyncLocalStorage } = await import("node:async_hooks");
    const storage = new AsyncLocalStorage<number>();
    const outer = storage.run(99, () => fs.stat(folder));
    const inner = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        storage.run(index, async () => {
          await (index % 2 === 0 ? fs.stat(folder) : fs.readdir(folder));
          return storage.getStore();
        }),
      ),
    );
    const other = await storage.run(5, async () => {
      await outer;
      return storage.getStore();
    });
    return { inner, other, after: storage.getStore() };
  });

  add("lets timers and immediates run between many operations", [71], async (fs, folder) => {
    const fired: string[] = [];
    setTimeout(() => fired.push("timer"), 1);
    setImmediate(() => fired.push("immediate"));
    // An engine whose every answer is there at once would go on for ever.
    for (let operations = 0; fired.length < 2 && operations < 3_000_000; operations += 1) await fs.stat(folder);
    return fired.sort();
  });

  add("settles nothing before the call has returned", [71], async (fs, folder) => {
    const order: string[] = [];
    const promise = fs.stat(folder).then(() => order.push("stat"));
    order.push("returned");
    await promise;
    return order;
  });

  add("asks for a signal's absence in open files at exit: nothing is printed", [67], async (_fs, folder, { expression }) => {
    const { spawnSync } = await import("node:child_process");
    const { status, stderr, stdout } = spawnSync(process.execPath, ["-e", `${expression}.open(${JSON.stringify(folder)}).then((handle) => { globalThis.kept = handle; })`], { encoding: "utf8" });
    return { status, stderr, stdout };
  });

  add("gives results to a program in another vm context", [81], async (fs, folder) => {
    const vm = await import("node:vm");
    const context = vm.createContext({ fs, folder });
    return vm.runInContext(`(async () => [(await fs.stat(folder)).isDirectory(), await fs.writeFile(folder + "/foreign", new Uint8Array([65, 66])), (await fs.readFile(folder + "/foreign")).length, await fs.writeFile(folder + "/list", ["a", "b"])])()`, context) as Promise<unknown>;
  });

  add("stays itself after a change of directory", [75], async (_fs, folder, { expression }) =>
    printed(`
      const fs = ${expression};
      (async () => {
        process.chdir(${JSON.stringify(folder)});
        await fs.mkdir("inner");
        await fs.writeFile("here", "1");
        process.chdir("inner");
        await fs.writeFile("here", "22");
        const inner = (await fs.stat("here")).size;
        process.chdir("..");
        process.stdout.write(JSON.stringify([inner, (await fs.stat("here")).size, await fs.readdir(".")]));
      })();
    `),
  );
});
