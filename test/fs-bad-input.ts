import { expect } from "chai";
import nodePromises from "node:fs/promises";
import { eachFileSystem } from "./fs-matrix";
import { rejection } from "./rejection";

type Loose = Record<string, (...args: unknown[]) => Promise<unknown>>;

const odd: readonly unknown[] = [
  undefined, null, 0, -1, 1.5, NaN, true, "", "a\0b", "no/such/place", Symbol("odd"), 5n, {}, [], () => undefined,
  Buffer.from("a\0b"), new Uint16Array(2), new URL("http://example.org/"), new URL("file:///a%2Fb"),
];

/** Odd as a first argument to functions that would read or make something with the rest. */
const served = ["access", "lstat", "mkdir", "open", "readFile", "readdir", "rename", "rm", "rmdir", "stat", "truncate", "unlink"];

interface Refusal {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
}
const refusal = ({ name, code, message }: Error & { code?: string }): Refusal => ({ name, message, ...(code && { code }) });

async function outcome(call: () => Promise<unknown>): Promise<unknown> {
  const promise = call();
  expect(promise).instanceOf(Promise);
  return promise.then(
    () => "resolved",
    (error: unknown) => refusal(error as Error),
  );
}

eachFileSystem("bad input", ({ fs, place }) => {
  const ours = fs as unknown as Loose;
  const nodes = nodePromises as unknown as Loose;

  for (const name of served) {
    it(`${name} rejects it in Node's own words, and never throws`, async () => {
      for (const value of odd)
        expect(await outcome(async () => ours[name]?.(value))).deep.equal(await outcome(async () => nodes[name]?.(value)));
    });
  }

  it("FileHandle.read rejects a length on which Node would end the process", async () => {
    const handle = await fs.open(place("length"), "w+");
    const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<unknown>;
    if (Number.parseInt(process.versions.node, 10) < 26) {
      expect(await rejection(read(Buffer.alloc(4), 0, "2"))).include({ code: "ERR_INVALID_ARG_TYPE" });
      expect(await rejection(read(Buffer.alloc(4), { length: 1.5 }))).include({ code: "ERR_OUT_OF_RANGE" });
      expect(await rejection(read({ buffer: Buffer.alloc(4), length: {} }))).include({ code: "ERR_INVALID_ARG_TYPE" });
    }
    await handle.close();
  });

  it("invalid data makes no file", async () => {
    for (const data of [{}, null, 1, new ArrayBuffer(1), { toString: () => "x" }]) {
      const error = await rejection((ours["writeFile"] as Loose[string])(place("never"), data));
      expect(error).include({ code: "ERR_INVALID_ARG_TYPE" });
    }
    expect(await rejection(fs.stat(place("never")))).include({ code: "ENOENT" });
  });

  it("options are read at the call, and never written to", async () => {
    const options = { encoding: "utf8" as BufferEncoding, flag: "w" };
    const writing = fs.writeFile(place("options"), "text", options);
    options.flag = "bad";
    await writing;
    const frozen = Object.freeze({ encoding: "hex" as const, flag: "r" });
    expect(await fs.readFile(place("options"), frozen)).equal("74657874");
  });
});
