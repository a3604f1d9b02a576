import { Dir, Dirent, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, attempts } from "../attempt";
import { bad } from "../bad";
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
    const order: string[] = [];
    await directory.read();
    order.push("then");
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        order.push("immediate");
        resolve();
      });
      process.nextTick(() => order.push("tick"));
      queueMicrotask(() => order.push("microtask"));
    });
    await directory.close();
    return order;
  });
});
