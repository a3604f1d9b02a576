import { AsyncLocalStorage } from "node:async_hooks";
import { expect } from "chai";
import diagnostics from "node:diagnostics_channel";
import path from "node:path";
import { createFs, Operation } from "caio";
import { eachCell, packageRoot } from "./matrix";
import { rejection } from "./rejection";

type Message = Record<string, unknown> & { readonly error?: Error };

interface Heard {
  readonly events: readonly (readonly [event: string, message: Message])[];
  /** Of the operations on one file: what else there is comes from elsewhere in the process. */
  of(name: string): (readonly [event: string, message: Message])[];
}

const events = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;

/** What is published while the body runs. */
async function hear(body: () => Promise<unknown>, only: readonly string[] = events): Promise<Heard> {
  const heard: [string, Message][] = [];
  const listeners = only.map((event) => {
    const listener = (message: unknown): void => void heard.push([event, message as Message]);
    diagnostics.subscribe(`tracing:caio:operation:${event}`, listener);
    return (): boolean => diagnostics.unsubscribe(`tracing:caio:operation:${event}`, listener);
  });
  try {
    await body();
  } finally {
    for (const stop of listeners) stop();
  }
  return { events: heard, of: (name) => heard.filter(([, message]) => String(message["path"]) === name) };
}

const whole = ["start", "end", "asyncStart", "asyncEnd"];
const { tracedEngine } = require(path.join(packageRoot, "dist/backends/traced.js")) as { tracedEngine(engine: object): object };

eachCell("tracing:caio:operation", (cell) => {
  const made = (): ReturnType<typeof createFs> => createFs({ backend: cell.backend, tryNow: cell.tryNow });
  const served = (context: Message): void => {
    const all = cell.backend === "js" || !cell.tryNow ? [cell.backend] : [cell.backend, "try-now"];
    expect(context["servedBy"]).oneOf(all);
  };

  it("tells of functions by path", async () => {
    await using fs = made();
    const name = path.join(cell.folder(), "traced");
    const heard = await hear(async () => {
      await fs.writeFile(name, "four");
      await fs.readFile(name);
    });
    const [writing = [], reading = []] = [heard.of(name).slice(0, 4), heard.of(name).slice(4)];
    for (const messages of [writing, reading]) {
      expect(messages.map(([event]) => event)).deep.equal(whole);
      expect(new Set(messages.map(([, message]) => message)).size).equal(1);
    }
    expect(writing[0]?.[1]).include({ function: "writeFile", path: name, bytes: 4, backend: cell.backend, result: 0 });
    expect(reading[0]?.[1]).include({ function: "readFile", path: name, bytes: 4, backend: cell.backend });
    served(reading[0]?.[1] ?? {});
  });

  it("tells of FileHandles by descriptor, also of those that were open before anybody listened", async () => {
    await using fs = made();
    const handle = await fs.open(path.join(cell.folder(), "handle"), "w+");
    const { fd } = handle;
    const heard = await hear(async () => {
      await handle.write(Buffer.from("0123456789"), 0, 10, 0);
      await handle.read(Buffer.alloc(4), 0, 4, 8);
      await handle.stat();
    });
    const ended = heard.events.filter(([event]) => event === "asyncEnd").map(([, message]) => message);
    expect(ended.map(({ function: name, fd: on, bytes }) => ({ name, on, bytes }))).deep.equal([
      { name: "write", on: fd, bytes: 10 },
      { name: "read", on: fd, bytes: 2 },
      { name: "fstat", on: fd, bytes: undefined },
    ]);
    ended.forEach(served);
    const before = heard.events.length;
    expect((await handle.read(Buffer.alloc(1), 0, 1, 0)).bytesRead).equal(1);
    expect(heard.events.length).equal(before);
    await handle.close();
  });

  it("tells of failures with Node's error", async () => {
    await using fs = made();
    const missing = path.join(cell.folder(), "missing");
    const heard = await hear(async () => {
      await rejection(fs.stat(missing));
      await rejection(fs.readFile(missing));
      await rejection(fs.rename(missing, `${missing}2`));
    });
    const messages = heard.of(missing);
    expect(messages.map(([event]) => event)).deep.equal([1, 2, 3].flatMap(() => ["start", "end", "error", "asyncStart", "asyncEnd"]));
    const errors = messages.filter(([event]) => event === "error").map(([, message]) => message.error);
    expect(errors[0]).include({ code: "ENOENT", syscall: "stat", path: missing });
    expect(errors[1]).include({ code: "ENOENT", syscall: "open", path: missing });
    expect(errors[2]).include({ code: "ENOENT", syscall: "rename", path: missing, dest: `${missing}2` });
    expect(messages.some(([, message]) => "result" in message)).equal(false);
  });

  it("tells those who listen to one event only", async () => {
    await using fs = made();
    const name = path.join(cell.folder(), "one");
    const heard = await hear(() => fs.writeFile(name, ""), ["asyncEnd"]);
    expect(heard.of(name).map(([event]) => event)).deep.equal(["asyncEnd"]);
  });

  it("tells of an AsyncContext's operations, one by one", async () => {
    const fd = cell.file("0123456789");
    const context = cell.context();
    const heard = await hear(async () => {
      await context.read(4, fd, 0);
      const operations = [Operation.read(3, fd, 0), Operation.write("xy", fd, 4)];
      context.submit(...operations);
      await Promise.all(operations.map(({ completed }) => completed));
      await context.fdsync(fd);
    });
    const ended = heard.events.filter(([event]) => event === "asyncEnd").map(([, { function: name, fd: on, bytes }]) => [name, on, bytes]);
    expect(ended.slice(0, 1)).deep.equal([["read", fd, 4]]);
    expect(ended.slice(1, 3)).deep.members([["read", fd, 3], ["write", fd, 2]]);
    expect(ended.slice(3)).deep.equal([["fdatasync", fd, undefined]]);
    expect(heard.events.filter(([event]) => event === "start")).length(4);
  });

  it("binds stores, as TracingChannel does, and leaves results as they are to listeners that call caio", async () => {
    await using fs = made();
    const name = path.join(cell.folder(), "bound");
    await fs.writeFile(name, "12345");
    const store = new AsyncLocalStorage<unknown>();
    const start = diagnostics.channel("tracing:caio:operation:start");
    const seen: unknown[] = [];
    start.bindStore(store, (context) => (context as Message)["function"]);
    const listener = (): void => {
      seen.push(store.getStore());
      if (seen.length === 1) void fs.stat(cell.folder()).catch(() => undefined);
    };
    diagnostics.subscribe("tracing:caio:operation:end", listener);
    try {
      expect((await fs.stat(name)).size).equal(5);
    } finally {
      diagnostics.unsubscribe("tracing:caio:operation:end", listener);
      start.unbindStore(store);
    }
    expect(seen[0]).equal("stat");
  });

  it("tells of every kind of operation", async () => {
    await using fs = made();
    const place = (name: string): string => path.join(cell.folder(), name);
    const heard = await hear(async () => {
      await fs.mkdir(place("d"));
      await fs.mkdir(place("d/e/f"), { recursive: true });
      await fs.writeFile(place("d/file"), "x");
      await fs.copyFile(place("d/file"), place("d/copy"));
      await fs.link(place("d/copy"), place("d/link"));
      await fs.symlink("copy", place("d/symbolic"));
      await Promise.all([fs.stat, fs.lstat, fs.access, fs.realpath, fs.statfs].map((call: (path: string) => Promise<unknown>) => call(place("d/file"))));
      await fs.readlink(place("d/symbolic"));
      await fs.readdir(place("d"));
      for await (const _entry of await fs.opendir(place("d"))) continue;
      await fs.chmod(place("d/file"), 0o600);
      await fs.utimes(place("d/file"), 1, 1);
      await fs.rename(place("d/copy"), place("d/renamed"));
      await fs.unlink(place("d/renamed"));
      await fs.rm(place("d"), { recursive: true });
    });
    const started = new Set(heard.events.filter(([event]) => event === "start").map(([, message]) => message["function"]));
    for (const kind of [
      "mkdir", "makePath", "writeFile", "copyFile", "link", "symlink", "stat", "lstat", "access", "realpath", "statfs", "readlink",
      "readdir", "openDirectory", "chmod", "utimes", "rename", "unlink", "removeTree",
    ]) expect(started).include(kind);
    expect(heard.events.filter(([event]) => event === "asyncEnd").length).equal(heard.events.filter(([event]) => event === "start").length);
  });
});

describe("The engine that publishes", () => {
  it("is one for each engine", () => {
    const engine = { backend: "js" };
    expect(tracedEngine(engine)).equal(tracedEngine(engine));
  });
});
