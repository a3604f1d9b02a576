/** Bad values, labelled; every list is for one kind of argument. */

export type Labelled = readonly (readonly [string, unknown])[];

const noop = (): void => undefined;

export const notPaths: Labelled = [
  ["undefined", undefined],
  ["null", null],
  ["number", 1],
  ["boolean", true],
  ["bigint", 5n],
  ["symbol", Symbol("path")],
  ["function", noop],
  ["object", {}],
  ["array", ["a"]],
  ["Uint16Array", new Uint16Array(2)],
  ["ArrayBuffer", new ArrayBuffer(2)],
  ["DataView", new DataView(new ArrayBuffer(2))],
  ["String object", new String("a")],
  ["Date", new Date(0)],
];

export const pathsWithNul: Labelled = [
  ["string", "a\0b"],
  ["string that ends with it", "a\0"],
  ["Buffer", Buffer.from("a\0b")],
  ["Uint8Array", new Uint8Array([97, 0])],
  ["URL", new URL("file:///a%00b")],
];

export const badUrls: Labelled = [
  ["http", new URL("http://example.com/a")],
  ["host", new URL("file://host/a")],
  ["encoded slash", new URL("file:///a%2Fb")],
  // Some versions take it for a URL, so it leads where nothing can be made.
  ["lookalike", { href: "file:///proc/caio-none/a", protocol: "file:", hostname: "", pathname: "/proc/caio-none/a" }],
];

/** For functions whose options may be a string (the encoding) or an object. */
export const notOptions: Labelled = [
  ["number", 1],
  ["boolean", true],
  ["bigint", 5n],
  ["symbol", Symbol("options")],
];

export const badEncodings: Labelled = [
  ["as a string", "bad"],
  ["as a property", { encoding: "bad" }],
  ["number", { encoding: 1 }],
  ["boolean", { encoding: true }],
  ["object", { encoding: {} }],
];

export const badModes: Labelled = [
  ["not octal", "888"],
  ["0o", "0o777"],
  ["empty", ""],
  ["1.5", 1.5],
  ["NaN", Number.NaN],
  ["negative", -1],
  ["2^32", 2 ** 32],
  ["object", {}],
  ["boolean", true],
  ["bigint", 6n],
  ["array", []],
];

export const badFlags: Labelled = [
  ["empty", ""],
  ["foo", "foo"],
  ["upper case", "R"],
  ["object", {}],
  ["boolean", true],
  ["1.5", 1.5],
  ["NaN", Number.NaN],
  ["2^31", 2 ** 31],
  ["bigint", 1n],
  ["array", []],
];

export const notBooleans: Labelled = [
  ["string", "true"],
  ["number", 1],
  ["object", {}],
];

export const notSignals: Labelled = [
  ["number", 1],
  ["null", null],
  ["string", "abort"],
  ["object", {}],
  ["function", noop],
];

/** A view whose memory went elsewhere. */
export function detachedView(length: number): Uint8Array {
  const view = new Uint8Array(length);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

/** For data to be written. */
export const notData: Labelled = [
  ["number", 5],
  ["null", null],
  ["undefined", undefined],
  ["boolean", true],
  ["bigint", 5n],
  ["symbol", Symbol("data")],
  ["object", {}],
  ["object with toString", { toString: () => "text" }],
  ["ArrayBuffer", new ArrayBuffer(4)],
  ["function", noop],
  ["String object of no iterator", Object.create(null) as unknown],
];

export const badLengths: Labelled = [
  ["1.5", 1.5],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["2^53", 2 ** 53],
  ["string", "3"],
  ["null", null],
  ["object", {}],
  ["boolean", true],
  ["bigint", 3n],
];
