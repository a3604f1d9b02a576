import { expect } from "chai";
import nodeFs from "node:fs";
import nodePromises from "node:fs/promises";
import vm from "node:vm";
import { eachFileSystem } from "./fs-matrix";

type FileSystem = typeof nodePromises;

/** Knows nothing of Node, only the language. */
const realm = vm.createContext({});
const made = <T>(expression: string): T => vm.runInContext(expression, realm) as T;
const bytesOf = made<(text: string) => Uint8Array>("(text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))");
const urlLike = made<(path: string) => URL>(`(path) => ({ href: "file://" + path, protocol: "file:", hostname: "", pathname: path })`);
const aborted = vm.runInContext("const controller = new AbortController(); controller.abort(); controller.signal", vm.createContext({ AbortController })) as AbortSignal;

type Use = (fs: FileSystem, file: string, folder: string) => Promise<unknown>;

const rewritten = (expression: string): Use => async (fs, file) => {
  await fs.writeFile(file, made<string[]>(expression));
  return fs.readFile(file, "latin1");
};
const refusedPath = (expression: string): Use => (fs) => fs.readFile(made<string>(expression));

const uses: Readonly<Record<string, Use>> = {
  "a path in bytes": (fs, file) => fs.readFile(bytesOf(file) as Buffer, "utf8"),
  "a path like a URL": (fs, file) => fs.readFile(urlLike(file), "utf8"),
  "a regular expression for a path": refusedPath("/x/"),
  "an Error for a path": refusedPath("new Error('x')"),
  "a String object for a path": refusedPath("new String('x')"),
  "options": (fs, file) => fs.readFile(file, made<{ encoding: "utf8" }>("({ encoding: 'utf8' })")),
  "options without a prototype": (fs, file) => fs.readFile(file, made<{ encoding: "utf8" }>("Object.assign(Object.create(null), { encoding: 'utf8' })")),
  "a function for options": (fs, file) => fs.readFile(file, made<object>("() => 1")),
  "an array for options": (fs, file) => fs.readFile(file, made<object>("[]")),
  "bigint: true": async (fs, file) => typeof (await fs.stat(file, made<{ bigint: true }>("({ bigint: true })"))).size,
  "a Number object for flags": (fs, file) => fs.open(file, made<number>("new Number(0)")),
  "an array to write": rewritten("['a', 'b']"),
  "a set to write": rewritten("new Set(['a', 'b'])"),
  "a generator to write": rewritten("(function* () { yield 'x'; yield new Uint8Array([65]); })()"),
  "an async generator to write": rewritten("(async function* () { yield 'x'; yield new Uint8Array([65]); })()"),
  "a Float64Array to write": rewritten("Float64Array.of(1.5)"),
  "a DataView to write": rewritten("new DataView(new ArrayBuffer(3))"),
  "shared memory to write": rewritten("new Uint8Array(new SharedArrayBuffer(3))"),
  "a String object to write": rewritten("new String('abc')"),
  "an ArrayBuffer to write": rewritten("new ArrayBuffer(3)"),
  "an object to write": rewritten("({})"),
  "Dates": async (fs, file) => {
    await fs.utimes(file, made<Date>("new Date(5000)"), made<Date>("new Date(6000)"));
    const { atimeMs, mtimeMs } = nodeFs.statSync(file);
    return [atimeMs, mtimeMs];
  },
  "what is like a signal, aborted": (fs, file) => fs.readFile(file, { signal: made<AbortSignal>("({ aborted: true, reason: 1 })") }),
  "what is like a signal, quiet": (fs, file) => fs.readFile(file, { encoding: "utf8", signal: made<AbortSignal>("({ aborted: false })") }),
  "a signal that is aborted": (fs, file) => fs.readFile(file, { signal: aborted }),
  "recursive: true": (fs, _file, folder) => fs.mkdir(`${folder}/a/b`, made<{ recursive: true }>("({ recursive: true })")),
  "force: true": (fs, _file, folder) => fs.rm(`${folder}/none`, made<object>("({ force: true })")),
  "a filter": (fs, file, folder) => fs.cp(file, `${folder}/copy`, made<object>("({ filter: () => true })")),
  "a filter's promise": (fs, file, folder) => fs.cp(file, `${folder}/copy`, made<object>("({ filter: () => Promise.resolve(false) })")),
  "memory of a handle's": async (fs, file) => {
    const handle = await fs.open(file, "r+");
    try {
      const target = made<Uint8Array>("new Uint8Array(4)");
      const read = await handle.read(target);
      return [
        read.buffer === target,
        read.bytesRead,
        (await handle.read(made<object>("({ length: 2 })"))).bytesRead,
        (await handle.read(made<Uint16Array>("new Uint16Array(2)"), made<object>("({ offset: 1, length: 2 })"))).bytesRead,
        (await handle.readv(made<NodeJS.ArrayBufferView[]>("[new Uint8Array(2), new DataView(new ArrayBuffer(2))]"), 0)).bytesRead,
        (await handle.write(made<Uint8Array>("Uint8Array.of(65, 66)"), made<{ position: 0 }>("({ position: 0 })") as never)).bytesWritten,
        (await handle.writev(made<Uint8Array[]>("[Uint8Array.of(67)]"))).bytesWritten,
        await handle.appendFile(made<Uint8Array>("Uint8Array.of(68)")),
        await handle.readFile(made<object>("({ encoding: 'utf8' })")),
      ];
    } finally {
      await handle.close();
    }
  },
};

/** What became of it: the result or the error, and what lies in the folder then. */
async function outcome(use: Use, fs: FileSystem, folder: string): Promise<unknown> {
  nodeFs.rmSync(folder, { recursive: true, force: true });
  nodeFs.mkdirSync(folder);
  const file = `${folder}/file`;
  nodeFs.writeFileSync(file, "0123456789");
  const result = await use(fs, file, folder).catch((error: unknown) => {
    const { name, message, code } = error as NodeJS.ErrnoException;
    return [name, message, code];
  });
  return [result, nodeFs.readdirSync(folder), nodeFs.readFileSync(file, "latin1")];
}

eachFileSystem("from another realm, as Node does,", ({ fs, place }) => {
  for (const [name, use] of Object.entries(uses)) {
    it(`takes or refuses ${name}`, async () => {
      const nodes = await outcome(use, nodePromises, place("used"));
      expect(await outcome(use, fs, place("used"))).deep.equal(nodes);
    });
  }
});
