import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { closeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { attempt, attempts, type Outcome } from "../attempt";
import { bad } from "../bad";
import { asyncIdOf, emitterOf } from "../emitter";
import { pattern, plant } from "../plant";
import { group, type Scenario } from "../scenario";
import { withHandle } from "../with-handle";

/** Every method of a handle, with good arguments. */
const methods = (handle: FileHandle): Record<string, () => unknown> => ({
  read: () => handle.read(Buffer.alloc(4)),
  readPositioned: () => handle.read(Buffer.alloc(4), 0, 4, 0),
  readNothing: () => handle.read(Buffer.alloc(4), 0, 0),
  readv: () => handle.readv([Buffer.alloc(4)]),
  write: () => handle.write("x"),
  writeBuffer: () => handle.write(Buffer.from("x"), 0, 1, 0),
  writeNothing: () => handle.write(Buffer.alloc(0)),
  writev: () => handle.writev([Buffer.from("x")]),
  writevNothing: () => handle.writev([]),
  readFile: () => handle.readFile(),
  readFileText: () => handle.readFile("utf8"),
  writeFile: () => handle.writeFile("x"),
  appendFile: () => handle.appendFile("x"),
  stat: () => handle.stat(),
  statBig: () => handle.stat({ bigint: true }),
  truncate: () => handle.truncate(0),
  sync: () => handle.sync(),
  datasync: () => handle.datasync(),
  chmod: () => handle.chmod(0o600),
  chown: () => handle.chown(0, 0),
  utimes: () => handle.utimes(1, 1),
  close: () => handle.close(),
});

const ofClose = group("FileHandle.close", (add) => {
  add("resolves with undefined and leaves fd at -1", [62], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    const before = handle.fd > 2;
    const promise = handle.close();
    const during = handle.fd;
    return { before, during, result: await promise, after: handle.fd, native: promise instanceof Promise };
  });

  add("resolves again when closed already", [62], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    const results = [await handle.close(), await handle.close(), await Promise.all([handle.close(), handle.close()])];
    return results;
  });

  add("gives a second caller its own promise when nothing is pending", [62], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    const first = handle.close();
    const second = handle.close();
    const same = first === second;
    return { same, results: await Promise.all([first, second]) };
  });

  add("emits 'close' once and before it returns", [62], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    const events: string[] = [];
    emitterOf(handle).on("close", () => events.push(`close, fd ${handle.fd}`));
    emitterOf(handle).once("close", () => events.push("once"));
    const promise = handle.close();
    events.push("returned");
    await promise;
    events.push("resolved");
    await handle.close();
    return events;
  });

  add("waits for what is pending", [62], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: pattern(200_000) }));
    const order: string[] = [];
    const reads = Array.from({ length: 8 }, () => handle.read(Buffer.alloc(200_000), 0, 200_000, 0).then((result) => order.push(`read ${result.bytesRead}`)));
    const first = handle.close().then(() => order.push("close"));
    const open = handle.fd > 0;
    await Promise.all([...reads, first]);
    return { open, last: order[order.length - 1], reads: order.filter((entry) => entry === "read 200000").length, after: handle.fd };
  });

  add("gives a second caller the same promise while something is pending", [62], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    const read = handle.read(Buffer.alloc(1));
    const first = handle.close();
    const second = handle.close();
    return { same: first === second, results: await Promise.all([read.then((result) => result.bytesRead), first, second]) };
  });

  add("lets other calls succeed while it waits", [62], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "0123456789" }));
    const first = handle.read(Buffer.alloc(4), 0, 4, 0);
    const closing = handle.close();
    const late = handle.read(Buffer.alloc(4), 0, 4, 4);
    return [await first, await late, await closing, handle.fd];
  });

  add("can be taken off the handle", [62], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    const { close } = handle;
    return { own: Object.hasOwn(handle, "close"), name: close.name, length: close.length, result: await close(), fd: handle.fd };
  });

  add("reports a descriptor closed behind its back", [64], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    closeSync(handle.fd);
    return { outcome: await attempt(() => handle.close()), fd: handle.fd, again: await attempt(() => handle.close()) };
  });

  add("closes what was written to", [62], async (fs, folder) => {
    const handle = await fs.open(join(folder, "file"), "w");
    await handle.write("kept");
    return attempt(() => handle.close());
  });

  add("makes every method reject afterwards", [63], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }), "r+");
    await handle.close();
    return { outcomes: await attempts(methods(handle)), asyncId: typeof asyncIdOf(handle), fd: handle.fd };
  });

  add("makes streams refuse afterwards", [63], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }), "r+");
    await handle.close();
    return attempts({
      createReadStream: () => handle.createReadStream(),
      createWriteStream: () => handle.createWriteStream(),
      readableWebStream: () => handle.readableWebStream(),
    });
  });

  add("makes functions that take a handle reject afterwards", [63], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }), "r+");
    await handle.close();
    return attempts({ readFile: () => fs.readFile(handle), writeFile: () => fs.writeFile(handle, "x"), appendFile: () => fs.appendFile(handle, "x") });
  });

  add("passes on what a listener throws, and closes all the same", [62], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    emitterOf(handle).on("close", () => {
      throw new Error("from the listener");
    });
    const outcome = await attempt(() => handle.close());
    return { outcome, fd: handle.fd };
  });

  /** What a program's stderr says of a handle that nobody holds any more and nobody has closed; newer versions end with an error. */
  const collected = (folder: string, expression: string): { status: number | null; stderr: string } => {
    const path = plant(folder, { file: "x" });
    const program = `
      const fs = ${expression};
      const drop = async () => {
        const handle = await fs.open(${JSON.stringify(path)});
        await handle.read(Buffer.alloc(1));
      };
      let warned = false;
      process.on("warning", () => { warned = true; });
      (async () => {
        await drop();
        for (let turn = 0; turn < 50 && !warned; turn += 1) {
          globalThis.gc();
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      })();
    `;
    const { status, stderr } = spawnSync(process.execPath, ["--expose-gc", "-e", program], { encoding: "utf8" });
    return { status, stderr: stderr.replaceAll(/\bdescriptor:? \d+/g, "descriptor N").replaceAll(/node:\d+/g, "node:N") };
  };

  add("warns of a handle that is collected unclosed, or throws, as the running version does", [67], async (_fs, folder, { expression }) => {
    const { status, stderr } = collected(folder, expression);
    return { status, stderr: stderr.replace(/\((?!Use|node).*?\)\]/, "(<path>)]") };
  });

  add("names the file of a handle that is collected unclosed, as the running version does", [67], async (_fs, folder, { expression }) => collected(folder, expression));
});

const ofDispose = group("FileHandle[Symbol.asyncDispose]", (add) => {
  const symbol = (handle: FileHandle): symbol | undefined => {
    for (let owner: object | null = handle; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
      const found = Object.getOwnPropertySymbols(owner).find((one) => String(one.description).endsWith("asyncDispose"));
      if (found !== undefined) return found;
    }
    return undefined;
  };

  add("closes and resolves with undefined", [69], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    const name = symbol(handle);
    if (name === undefined) return "none";
    const dispose = (handle as unknown as Record<symbol, () => Promise<unknown>>)[name];
    return { description: name.description, shown: dispose, result: await dispose?.call(handle), fd: handle.fd };
  });

  add("may follow a close", [69], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }));
    await handle.close();
    return attempt(() => (handle as unknown as Record<symbol, () => Promise<unknown>>)[symbol(handle) ?? Symbol()]?.call(handle));
  });
});

const ofThis = group("FileHandle", (add) => {
  add("rejects a wrong this in every method", [65], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r+", async (handle) => {
      const prototype = Object.getPrototypeOf(handle) as FileHandle;
      const outcomes: Record<string, Outcome> = {};
      const names = ["read", "readv", "write", "writev", "readFile", "writeFile", "appendFile", "stat", "truncate", "sync", "datasync", "chmod", "chown", "utimes"] as const;
      for (const name of names) {
        const method = bad<(...args: unknown[]) => unknown>(prototype[name]);
        outcomes[name] = await attempt(() => method.call({}, "x", "y"));
      }
      return outcomes;
    }),
  );

  add("works through methods of its prototype chain only", [69], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", async (handle) => {
      const own = Object.getOwnPropertyNames(handle);
      const found: Record<string, unknown> = {};
      for (const name of ["appendFile", "chmod", "chown", "createReadStream", "createWriteStream", "datasync", "getAsyncId", "read", "readFile", "readLines", "readableWebStream", "readv", "stat", "sync", "truncate", "utimes", "write", "writeFile", "writev"]) {
        const method: unknown = Reflect.get(handle, name);
        found[name] = typeof method === "function" ? { name: method.name, length: method.length, class: method.constructor.name } : typeof method;
      }
      return { own, found };
    }),
  );

  add("shows the same method names as Node's", [69], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const genuine = await (await import("node:fs/promises")).open(path);
    const names = (handle: FileHandle): string[] => {
      const all = new Set<string>();
      for (let owner: object | null = handle; owner !== null && owner !== Object.prototype; owner = Object.getPrototypeOf(owner) as object | null) {
        for (const name of Reflect.ownKeys(owner)) if (typeof name === "string") all.add(name);
      }
      return [...all].sort();
    };
    const seen = await withHandle(fs, path, "r", async (handle) => names(handle).filter((name) => !names(genuine).includes(name)));
    await genuine.close();
    return seen;
  });

  add("is an emitter as the running version's is", [62], async (fs, folder) => {
    return withHandle(fs, plant(folder, { file: "x" }), "r", async (handle) => {
      const seen: unknown[] = [];
      emitterOf(handle).on("custom", (value: unknown) => seen.push(value));
      emitterOf(handle).emit("custom", 1);
      return { instance: handle instanceof EventEmitter, seen, names: emitterOf(handle).eventNames(), listeners: emitterOf(handle).listenerCount("custom") };
    });
  });

  add("keeps its own properties through monkey-patching", [66], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r", async (handle) => {
      const calls: unknown[] = [];
      const original = handle.read.bind(handle);
      Object.defineProperty(handle, "read", {
        configurable: true,
        value: (...args: Parameters<typeof original>) => {
          calls.push(args.length);
          return original(...args);
        },
      });
      const result = await handle.read(Buffer.alloc(4));
      return { calls, result };
    }),
  );

  add("moves to another port and leaves nothing here", [68], async (fs, folder) => {
    const { MessageChannel, receiveMessageOnPort } = await import("node:worker_threads");
    const handle = await fs.open(plant(folder, { file: "0123456789" }));
    await handle.read(Buffer.alloc(3), 0, 3);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(handle, [bad(handle)]);
    const here = { fd: handle.fd, read: await attempt(() => handle.read(Buffer.alloc(2))), close: await attempt(() => handle.close()) };
    const received = bad<{ message: FileHandle } | undefined>(receiveMessageOnPort(port2))?.message;
    const there = received === undefined ? "nothing" : { handle: received, read: await received.read(Buffer.alloc(4), 0, 4), file: await received.readFile("utf8"), close: await received.close() };
    port1.close();
    port2.close();
    return { here, there };
  });

  add("refuses to move while in use or closing", [68], async (fs, folder) => {
    const { MessageChannel } = await import("node:worker_threads");
    const { port1 } = new MessageChannel();
    const handle = await fs.open(plant(folder, { file: pattern(100_000) }));
    const read = handle.read(Buffer.alloc(100_000), 0, 100_000, 0);
    const busy = await attempt(() => port1.postMessage(handle, [bad(handle)]));
    await read;
    const closing = handle.close();
    const whileClosing = await attempt(() => port1.postMessage(handle, [bad(handle)]));
    await closing;
    port1.close();
    return { busy, whileClosing };
  });

  add("cannot be cloned without being transferred", [68], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", async (handle) => attempt(() => structuredClone(handle))),
  );

  add("of Node's own is taken by functions that take one", [69], async (fs, folder) => {
    const genuine = await (await import("node:fs/promises")).open(plant(folder, { file: "0123456789" }), "r+");
    const results = {
      readFile: await attempt(() => fs.readFile(genuine, "utf8")),
      writeFile: await attempt(() => fs.writeFile(genuine, "written")),
      appendFile: await attempt(() => fs.appendFile(genuine, "appended")),
    };
    await genuine.close();
    return results;
  });

  add("is taken by Node's own functions that take one", [69], async (fs, folder) => {
    const node = await import("node:fs/promises");
    return withHandle(fs, plant(folder, { file: "0123456789" }), "r+", async (handle) => ({
      readFile: await attempt(() => node.readFile(handle, "utf8")),
      writeFile: await attempt(() => node.writeFile(handle, "written")),
      appendFile: await attempt(() => node.appendFile(handle, "appended")),
    }));
  });
});

export default [...ofClose, ...ofDispose, ...ofThis] satisfies Scenario[];
