import { closeSync, Dir, Dirent, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, attempts } from "../attempt";
import { bad } from "../bad";
import { continuationOrder } from "../continuation-order";
import { addOptionsScenarios } from "../options";
import { addPathScenarios } from "../paths";
import { link, plant, type Plan } from "../plant";
import { group, type Fs } from "../scenario";

const mixed: Plan = { b: "x", a: { inner: "y" }, c: link("b"), "ä": "z", ".hidden": "", dangling: link("nowhere") };

const byName = (one: Dirent, other: Dirent): number => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name));

/** The order of a directory's entries is the file system's affair. */
async function entriesOf(directory: Dir): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  for await (const entry of directory) entries.push(entry);
  return entries.sort(byName);
}

const places = (entries: readonly Dirent[]): string[] => entries.map(({ parentPath, name }) => join(parentPath, name));

async function unsorted(opening: Promise<Dir>): Promise<string[]> {
  const entries: Dirent[] = [];
  for await (const entry of await opening) entries.push(entry);
  return places(entries);
}

/** Reads until the end or, after an error, as often as there may be entries. */
async function outcomesOf(directory: Dir, reads: number): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (let count = 0; count < reads; count += 1) outcomes.push(await attempt(async () => (await directory.read())?.name ?? null));
  await directory.close();
  return outcomes;
}

const syncOutcomesOf = async (directory: Dir, reads: number): Promise<unknown[]> => {
  const outcomes: unknown[] = [];
  for (let count = 0; count < reads; count += 1) outcomes.push(await attempt(() => directory.readSync()?.name ?? null));
  directory.closeSync();
  return outcomes;
};

/** Behind the directory's back. */
function closeDescriptorOf(path: string): void {
  for (const name of readdirSync("/proc/self/fd")) {
    try {
      if (readlinkSync(`/proc/self/fd/${name}`) === path) closeSync(Number(name));
    } catch {
      // The one that listed them is gone.
    }
  }
}

const numbered = (count: number, prefix = "name"): Plan =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, ""]));

/** Opens, looks, closes. */
async function seen(fs: Fs, ...args: Parameters<Fs["opendir"]>): Promise<unknown> {
  const directory = await fs.opendir(...args);
  const { path } = directory;
  return { path, entries: await entriesOf(directory) };
}

/** Node takes a function for its callback and never settles; and it dies of what an options object is changed into meanwhile. */
function harmless(options: unknown): unknown {
  if (typeof options === "function") return undefined;
  if (typeof options !== "object" || options === null || Array.isArray(options)) return options;
  return Object.create(Object.getPrototypeOf(options) as object | null, Object.getOwnPropertyDescriptors(options)) as unknown;
}

async function closed(opening: Promise<Dir>): Promise<unknown> {
  const directory = await opening;
  await directory.close();
  return directory.path;
}

export default group("opendir", (add) => {
  addPathScenarios(add, { wants: "directory", call: (fs, path) => closed(fs.opendir(bad(path))) });
  addOptionsScenarios(add, {
    prepare: (folder) => void plant(folder, { tree: mixed }),
    call: (fs, folder, options) => seen(fs, join(folder, "tree"), bad(harmless(options))),
  });

  add("gives a genuine Dir with the path as it was given", [57], async (fs, folder) => {
    plant(folder, { tree: mixed });
    const directory = await fs.opendir("./tree/");
    const outcome = { genuine: directory instanceof Dir, prototype: Object.getPrototypeOf(directory) === Dir.prototype, path: directory.path };
    await directory.close();
    return outcome;
  });

  add("gives genuine Dirents", [53, 57], async (fs, folder) => {
    plant(folder, { tree: mixed });
    const entries = await entriesOf(await fs.opendir(join(folder, "tree")));
    return { entries, genuine: entries.every((entry) => entry instanceof Dirent) };
  });

  add("keeps every kind of path", [53, 57], async (fs, folder) => {
    plant(folder, { tree: mixed });
    return attempts({
      slash: () => seen(fs, `${join(folder, "tree")}/`),
      relative: () => seen(fs, "tree/../tree"),
      buffer: () => seen(fs, bad(Buffer.from(join(folder, "tree")))),
      url: () => seen(fs, bad(pathToFileURL(join(folder, "tree")))),
    });
  });

  for (const encoding of ["utf8", "buffer", "hex", "base64", "latin1"]) {
    add(`encodes names: ${encoding}`, [54, 57], async (fs, folder) => {
      plant(folder, { tree: mixed });
      return attempts({ property: () => seen(fs, join(folder, "tree"), bad({ encoding })), text: () => seen(fs, join(folder, "tree"), bad(encoding)) });
    });
  }

  add("gives every entry with any bufferSize", [57], async (fs, folder) => {
    plant(folder, { tree: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`name-${index}`, ""])) });
    return attempts(Object.fromEntries([1, 2, 32, 33, 99, 100, 101, 4096].map((bufferSize) => [
      String(bufferSize),
      async () => (await entriesOf(await fs.opendir(join(folder, "tree"), { bufferSize }))).map((entry) => entry.name),
    ])));
  });

  add("ends with null, again and again", [57], async (fs, folder) => {
    plant(folder, { tree: { only: "" }, empty: {} });
    const directory = await fs.opendir(join(folder, "tree"));
    const empty = await fs.opendir(join(folder, "empty"));
    const outcome = [(await directory.read())?.name, await directory.read(), await directory.read(), directory.readSync(), await empty.read(), empty.readSync()];
    await directory.close();
    empty.closeSync();
    return outcome;
  });

  add("reads by callback and at once", [57], async (fs, folder) => {
    plant(folder, { tree: { one: "", two: "", three: "" } });
    const directory = await fs.opendir(join(folder, "tree"), { bufferSize: 1 });
    const names = [directory.readSync()?.name];
    names.push(await new Promise((resolve, reject) => directory.read((error, entry) => (error === null ? resolve(entry?.name) : reject(error)))));
    names.push((await directory.read())?.name);
    const ended = directory.readSync();
    const closing = await new Promise((resolve) => directory.close((...args: unknown[]) => resolve(args)));
    return { names: names.sort(), ended, closing };
  });

  add("queues reads and a close behind each other", [57], async (fs, folder) => {
    plant(folder, { tree: { one: "", two: "", three: "" } });
    const directory = await fs.opendir(join(folder, "tree"), { bufferSize: 2 });
    const settled = await Promise.allSettled([directory.read(), directory.read(), directory.read(), directory.read(), directory.close()]);
    const names = settled.map((one) => (one.status === "fulfilled" ? one.value?.name : String(one.reason)));
    return { names: names.sort(), after: await attempt(() => directory.read()) };
  });

  add("refuses a synchronous call while a read is pending", [57], async (fs, folder) => {
    plant(folder, { tree: { one: "" } });
    const directory = await fs.opendir(join(folder, "tree"));
    const reading = directory.read();
    const outcome = await attempts({ read: () => directory.readSync(), close: () => directory.closeSync() });
    await reading;
    await directory.close();
    return outcome;
  });

  add("refuses everything after it was closed", [57], async (fs, folder) => {
    plant(folder, { tree: { one: "" } });
    const directory = await fs.opendir(join(folder, "tree"));
    await directory.close();
    return attempts({
      read: () => directory.read(),
      readSync: () => directory.readSync(),
      close: () => directory.close(),
      closeSync: () => directory.closeSync(),
      callback: () => new Promise((resolve) => directory.close((...args: unknown[]) => resolve(args))),
      iterate: () => entriesOf(directory),
      path: () => directory.path,
    });
  });

  add("is closed by the end of an iteration, and by leaving it", [57], async (fs, folder) => {
    plant(folder, { tree: mixed });
    const whole = await fs.opendir(join(folder, "tree"));
    await entriesOf(whole);
    const left = await fs.opendir(join(folder, "tree"));
    for await (const _entry of left) break;
    const thrown = await fs.opendir(join(folder, "tree"));
    const throwing = await attempt(async () => {
      for await (const _entry of thrown) throw new Error("from the loop");
    });
    return { throwing, ...(await attempts({ whole: () => whole.close(), left: () => left.close(), thrown: () => thrown.close() })) };
  });

  add("can be disposed of where the running version can", [57], async (fs, folder) => {
    plant(folder, { tree: mixed });
    const directory = (await fs.opendir(join(folder, "tree"))) as Dir & Partial<Record<symbol, () => unknown>>;
    const disposal = [Symbol.asyncDispose, Symbol.dispose].map((symbol) => (symbol === undefined ? undefined : directory[symbol]));
    const kinds = disposal.map((one) => typeof one);
    const outcome = typeof disposal[0] === "function" ? await attempt(() => disposal[0]?.call(directory)) : await attempt(() => directory.close());
    return { kinds, outcome, after: await attempt(() => directory.read()) };
  });

  add("refuses a bad bufferSize of a directory that is not there by its absence", [12], async (fs, folder) => attempt(() => fs.opendir(join(folder, "none"), { bufferSize: 0 })));

  add("recursive: gives the entries below, too", [54, 57], async (fs, folder) => {
    plant(folder, { tree: { ...mixed, deep: { er: { "1": "", "2": "" } } } });
    return attempts({
      absolute: () => seen(fs, join(folder, "tree"), { recursive: true }),
      relative: () => seen(fs, "tree/", { recursive: true }),
      oneByOne: () => seen(fs, "tree", { recursive: true, bufferSize: 1 }),
      no: () => seen(fs, "tree", { recursive: false }),
    });
  });

  for (const bufferSize of [1, 3, 32]) {
    add(`recursive: gives entries in Node's order, ${bufferSize} at a time`, [54, 57], async (fs, folder) => {
      const wide = { ...numbered(40, "a"), below: { ...numbered(35, "b"), deeper: numbered(5, "c") }, other: numbered(4, "d"), empty: {} };
      plant(folder, { tree: { ...wide, more: wide } });
      const path = join(folder, "tree");
      const options = { recursive: true, bufferSize };
      const synchronous: Dirent[] = [];
      const directory = await fs.opendir(path, options);
      for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) synchronous.push(entry);
      directory.closeSync();
      return { later: await unsorted(fs.opendir(path, options)), now: places(synchronous) };
    });
  }

  add("recursive: has the same methods with and without callbacks", [54, 57], async (fs, folder) => {
    plant(folder, { tree: { below: { file: "" } } });
    const directory = await fs.opendir(join(folder, "tree"), { recursive: true });
    const first = await new Promise<unknown>((resolve) => directory.read((...args: unknown[]) => resolve(args)));
    const rest = [await directory.read(), await directory.read(), directory.readSync()];
    const closing = await new Promise<unknown>((resolve) => directory.close((...args: unknown[]) => resolve(args)));
    return {
      first, rest, closing,
      genuine: directory instanceof Dir, constructor: directory.constructor === Dir, keys: Reflect.ownKeys(directory).map(String), path: directory.path,
      after: await attempts({ read: () => directory.read(), readSync: () => directory.readSync(), close: () => directory.close(), bad: () => directory.read(bad(1)) }),
    };
  });

  add("recursive: is closed by leaving the iteration", [57], async (fs, folder) => {
    plant(folder, { tree: { a: { b: "" }, c: { d: "" } } });
    const directory = await fs.opendir(join(folder, "tree"), { recursive: true });
    for await (const _entry of directory) break;
    return attempt(() => directory.close());
  });

  add("recursive: follows no link, and takes every kind of path", [54, 57], async (fs, folder) => {
    plant(folder, { tree: { real: { file: "" }, toDirectory: link("real"), loop: link(".") } });
    return attempts({
      slash: () => seen(fs, `${join(folder, "tree")}/`, { recursive: true }),
      url: () => seen(fs, bad(pathToFileURL(join(folder, "tree"))), { recursive: true }),
      buffer: async () => outcomesOf(await fs.opendir(bad(Buffer.from(join(folder, "tree"))), { recursive: true }), 6),
    });
  });

  for (const encoding of ["buffer", "hex", "latin1"]) {
    add(`recursive: encodes names: ${encoding}`, [54, 57], async (fs, folder) => {
      plant(folder, { tree: { a: { inner: "" }, file: "" } });
      const open = (): Promise<Dir> => fs.opendir(join(folder, "tree"), bad({ recursive: true, encoding }));
      return { later: await outcomesOf(await open(), 5), now: await syncOutcomesOf(await open(), 5) };
    });
  }

  add("recursive: tells of directories that are gone when it comes to them", [54, 57], async (fs, folder) => {
    const look = async (read: (directory: Dir, reads: number) => Promise<unknown[]>): Promise<unknown> => {
      plant(folder, { tree: { a: { b: { c: "" } }, d: { e: { f: "" } } } });
      const directory = await fs.opendir(join(folder, "tree"), { recursive: true });
      const first = await directory.read();
      rmSync(join(folder, "tree"), { recursive: true });
      return { first: first?.name, rest: await read(directory, 5) };
    };
    return { later: await look(outcomesOf), now: await look(syncOutcomesOf) };
  });

  add("gives entries in the directory's own order", [53, 57], async (fs, folder) => {
    plant(folder, { tree: numbered(200) });
    return unsorted(fs.opendir(join(folder, "tree")));
  });

  add("reads when it is asked to, not before", [57], async (fs, folder) => {
    plant(folder, { tree: { gone: "", stays: "" } });
    const directory = await fs.opendir(join(folder, "tree"));
    rmSync(join(folder, "tree/gone"));
    writeFileSync(join(folder, "tree/late"), "");
    return (await entriesOf(directory)).map(({ name }) => name);
  });

  add("gives what is made while it is read where Node does", [57], async (fs, folder) => {
    plant(folder, { tree: numbered(100) });
    const directory = await fs.opendir(join(folder, "tree"), { bufferSize: 10 });
    const names = [(await directory.read())?.name];
    for (let index = 0; index < 50; index += 1) writeFileSync(join(folder, `tree/new-${index}`), "");
    for (let entry = await directory.read(); entry !== null; entry = await directory.read()) names.push(entry.name);
    const again = [await directory.read(), directory.readSync()];
    await directory.close();
    return { names, again };
  });

  add("comes to its end when the directory is removed", [57], async (fs, folder) => {
    plant(folder, { tree: { file: "" } });
    const directory = await fs.opendir(join(folder, "tree"));
    rmSync(join(folder, "tree"), { recursive: true });
    const another = await attempt(() => fs.opendir(join(folder, "tree")));
    mkdirSync(join(folder, "tree"));
    return { another, outcomes: await outcomesOf(directory, 2) };
  });

  add("tells that it cannot be read any more, and can be closed all the same", [3, 57], async (fs, folder) => {
    plant(folder, { tree: { file: "" } });
    const path = join(folder, "tree");
    const look = async (options: object, read: (directory: Dir, reads: number) => Promise<unknown[]>): Promise<unknown> => {
      const directory = await fs.opendir(path, options);
      closeDescriptorOf(path);
      return attempt(() => read(directory, 2));
    };
    return {
      later: await look({}, outcomesOf),
      now: await look({}, syncOutcomesOf),
      recursive: await look({ recursive: true }, outcomesOf),
      recursiveNow: await look({ recursive: true }, syncOutcomesOf),
    };
  });

  add("can be opened often at once", [57], async (fs, folder) => {
    for (let index = 0; index < 30; index += 1) plant(folder, { [`d${index}`]: { [`own-${index}`]: "", shared: "" } });
    return Promise.all(Array.from({ length: 30 }, (_, index) => seen(fs, join(folder, `d${index}`))));
  });

  add("lets what it lists be removed meanwhile", [57], async (fs, folder) => {
    plant(folder, { tree: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`name-${index}`, ""])) });
    let count = 0;
    for await (const entry of await fs.opendir(join(folder, "tree"))) {
      rmSync(join(folder, "tree", entry.name));
      count += 1;
    }
    return count;
  });

  add("settles reads in the order then, microtask, tick, immediate", [71], async (fs, folder) => {
    plant(folder, { tree: { one: "" } });
    const directory = await fs.opendir(join(folder, "tree"));
    const order = await continuationOrder(() => directory.read());
    await directory.close();
    return order;
  });
});
