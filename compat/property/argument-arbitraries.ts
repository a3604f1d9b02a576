/** Arbitraries of arguments, as expressions: mostly what a function is made for, now and then anything at all. */

import fc from "fast-check";

export type Expression = fc.Arbitrary<string>;

const quoted = (text: string): string => JSON.stringify(text);

/** One of these expressions, the simplest first: shrinking goes there. */
export const oneOf = (...expressions: readonly string[]): Expression => fc.constantFrom(...expressions);

/** An argument that may be left out; the empty expression. */
export const optional = (expression: Expression): Expression => fc.oneof({ withCrossShrink: true }, { weight: 1, arbitrary: fc.constant("") }, { weight: 2, arbitrary: expression });

/** Values that almost fit somewhere. */
const nearMisses = oneOf(
  "undefined", "null", "0", "-1", "1", "1.5", "-0", "NaN", "Infinity", "-Infinity", "2 ** 31", "2 ** 32", "2 ** 53", "-(2 ** 31)", "5n", "-1n", "2n ** 64n",
  '""', '"0"', '"1"', '"5.5"', '"777"', '"0o777"', '"utf8"', '"buffer"', '"bad"', '"r"', '"\\0"', '"a\\0b"', '"\\ud800"', "true", "false", 'Symbol("odd")',
  "{}", "[]", "() => undefined", "new Date(0)", "new Date(NaN)", "new Uint16Array(2)", "new ArrayBuffer(4)", "detached(4)", "shared(4)", 'new String("a")',
  "{ length: 3 }", "{ byteLength: 0 }", '{ toString: () => "a" }', "{ valueOf: () => 1 }", "Object.create(null)", "Promise.resolve(1)", "new DataView(new ArrayBuffer(3), 1)",
  '{ encoding: "bad" }', "{ encoding: 1 }", "{ recursive: 1 }", "{ bigint: 1 }", "{ signal: 1 }", "{ mode: {} }", "handles[0]", "class A {}", "/a/", "new Error(\"odd\")",
);

const evaluates = (expression: string): boolean => {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- fast-check's own rendering of its own value
    (new Function(`return (${expression});`) as () => unknown)();
    return true;
  } catch {
    return false;
  }
};

const anything = fc
  .anything({
    withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true, withSet: true,
    withSparseArray: true, withTypedArray: true, withUnicodeString: true, maxDepth: 2, maxKeys: 3,
  } as fc.ObjectConstraints)
  .map((value) => fc.stringify(value))
  .filter(evaluates);

const odd = fc.oneof({ weight: 2, arbitrary: nearMisses }, { weight: 1, arbitrary: anything });

/** The given, and rarely something else. */
export const mostly = (expression: Expression): Expression => fc.oneof({ withCrossShrink: true }, { weight: 40, arbitrary: expression }, { weight: 1, arbitrary: odd });

const name = fc.constantFrom("a", "b", "c", "d", "é");

/** Few names, so that calls meet each other's files. */
export const relative = fc.oneof(
  { withCrossShrink: true },
  { weight: 10, arbitrary: name },
  { weight: 6, arbitrary: fc.tuple(name, name).map((parts) => parts.join("/")) },
  { weight: 1, arbitrary: fc.tuple(name, name, name).map((parts) => parts.join("/")) },
);

const form = fc.oneof(
  { weight: 12, arbitrary: fc.constant(quoted) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      (path: string) => `here + ${quoted(`/${path}`)}`,
      (path: string) => `Buffer.from(${quoted(path)})`,
      // Not absolute: in some of Node's messages an array is a list of numbers, which would tell the twins apart.
      (path: string) => `new Uint8Array(Buffer.from(${quoted(path)}))`,
      (path: string) => `pathToFileURL(here + ${quoted(`/${path}`)})`,
      (path: string) => quoted(`${path}/`),
      (path: string) => quoted(`./${path}`),
      (path: string) => quoted(`${path}/.`),
      (path: string) => quoted(`${path}//`),
      (path: string) => quoted(`a/../${path}`),
      (path: string) => quoted(`${path}/../b`),
      (path: string) => quoted(`../room/${path}`),
    ),
  },
);

const special = oneOf(
  '"."', '""', '"./"', "here", 'here + "/"', '"n".repeat(255)', '"n".repeat(256)', '"a/".repeat(2100)', '"a\\0b"', "Buffer.from([0x66, 0xff])", "Buffer.alloc(0)",
  '"\\ud800"', 'new URL("file:///a%2Fb")', 'new URL("http://localhost/a")', '"日本🦉"', 'Buffer.from("b\\0")', '"a/b/c/d/e"', '"file:///a"', '"x y%20#?"',
);

export const path: Expression = mostly(
  fc.oneof({ withCrossShrink: true }, { weight: 20, arbitrary: fc.tuple(relative, form).map(([given, shaped]) => shaped(given)) }, { weight: 1, arbitrary: special }),
);

/** What a symbolic link may say; bounds.ts refuses what leads out. */
export const target: Expression = mostly(
  fc.oneof({ withCrossShrink: true }, { weight: 10, arbitrary: relative.map(quoted) }, { weight: 3, arbitrary: oneOf('"."', '"../a"', '"./b"', '"a/"', 'here + "/a"', "here", '""', '"missing"', 'Buffer.from("c")', 'pathToFileURL(here + "/b")', '"n".repeat(300)') }),
);

export const encoding = oneOf('"utf8"', '"buffer"', '"hex"', '"latin1"', '"base64"', '"UTF-8"', '"ucs2"', '"ascii"', '""', "null", "undefined", '"base64url"', '"utf16le"');
export const mode = mostly(oneOf("0o644", "0o600", "0o755", "0o700", "0o777", "0o000", "0o444", "0o6755", "0o1777", '"640"', '"0750"', "null", "0o7777", "0o40755"));
export const size = mostly(oneOf("0", "1", "5", "100", "4095", "4096", "4097", "65536", "70000", "-1", "undefined", "null", "2 ** 40"));
export const flag = mostly(
  oneOf(
    '"r"', '"r+"', '"w"', '"w+"', '"a"', '"a+"', '"wx"', '"wx+"', '"ax"', '"ax+"', '"rs"', '"rs+"', '"as"', '"xa+"', "undefined", "null",
    "constants.O_RDONLY", "constants.O_RDWR | constants.O_CREAT", "constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC", "constants.O_RDWR | constants.O_CREAT | constants.O_EXCL",
    "constants.O_RDONLY | constants.O_DIRECTORY", "constants.O_RDONLY | constants.O_NOFOLLOW", "constants.O_RDWR | constants.O_APPEND", "constants.O_RDONLY | constants.O_TRUNC",
    "constants.O_RDWR | constants.O_SYNC", "constants.O_RDWR | constants.O_DSYNC", "constants.O_RDONLY | constants.O_NONBLOCK", "constants.O_RDONLY | constants.O_NOATIME", "0o10000000",
    "constants.O_WRONLY | constants.O_RDWR", "0o20200002",
  ),
);

const length = fc.oneof({ withCrossShrink: true }, { weight: 6, arbitrary: fc.constantFrom(1, 5, 0, 17, 100) }, { weight: 2, arbitrary: fc.constantFrom(4096, 4097, 65_536, 70_000) }, { weight: 1, arbitrary: fc.constant(600_000) });

export const view = mostly(
  fc.oneof(
    { withCrossShrink: true },
    { weight: 10, arbitrary: length.map((count) => `bytes(${count})`) },
    { weight: 2, arbitrary: oneOf("new Uint16Array([1, 2, 3])", "new Float64Array(2)", "new DataView(bytes(9).buffer, 0, 5)", "shared(6)", "bytes(50).subarray(10, 30)", "detached(5)", "new Uint8Array(0)", "new BigInt64Array([5n])") },
  ),
);

/** Memory to read into. */
export const room = mostly(
  fc.oneof(
    { withCrossShrink: true },
    { weight: 10, arbitrary: length.map((count) => `Buffer.alloc(${count})`) },
    { weight: 2, arbitrary: oneOf("new Uint16Array(5)", "new DataView(new ArrayBuffer(20), 3, 9)", "shared(16)", "Buffer.alloc(64).subarray(7, 21)", "new Float32Array(3)", "detached(8)", "new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 }))") },
  ),
);

export const position = mostly(oneOf("0", "null", "-1", "undefined", "1", "3", "100", "4096", "65536", "2 ** 40", "5n", "0n", "-2", "2 ** 53"));
export const offset = mostly(oneOf("0", "1", "2", "undefined", "null", "5", "-1"));
export const count = mostly(oneOf("1", "5", "0", "undefined", "null", "3", "4096", "-1"));
export const time = mostly(oneOf("0", "1", "1234567890.123", "1e9", '"123.5"', "new Date(1e12)", "new Date(12345)", "2 ** 31", "0.000001", "-1", "-5.5", "1e10"));
export const owner = mostly(oneOf("-1", "0", "1", "1000", "65534", "4294967295"));

const written = fc.oneof(
  { withCrossShrink: true },
  { weight: 6, arbitrary: length.map((characters) => `text(${characters})`) },
  { weight: 4, arbitrary: view },
);

export const data = mostly(
  fc.oneof(
    { withCrossShrink: true },
    { weight: 10, arbitrary: written },
    {
      weight: 2,
      arbitrary: oneOf(
        '["one", "two"]', '[bytes(5), "é"]', "[]", 'new Set(["a", "b"])', '(function* () { yield "one"; yield bytes(70000); })()', '(async function* () { yield "one"; yield bytes(3); })()',
        'Readable.from(["one", "two"])', '["first", 5]', '(async function* () { yield "first"; throw new Error("from the source"); })()', "[null]", '"6162"', 'new String("abc")', '["", ""]',
      ),
    },
  ),
);
/** Text or bytes in one piece. */
export const piece = mostly(written);

export const signal = oneOf("undefined", "new AbortController().signal", "AbortSignal.abort()", 'AbortSignal.abort(new Error("mine"))', "{ aborted: true }", "{ aborted: false }");

/** An options object in which each property may be missing. */
export const options = (properties: Readonly<Record<string, Expression>>): Expression =>
  fc
    .record(Object.fromEntries(Object.entries(properties).map(([property, value]) => [property, fc.option(mostly(value), { nil: undefined, freq: 2 })])))
    .map((chosen) => `{ ${Object.entries(chosen).flatMap(([property, value]) => (value === undefined ? [] : [`${property}: ${value}`])).join(", ")} }`);

export const boolean = oneOf("false", "true");
