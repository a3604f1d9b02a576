/** What readFile(path), readFile(handle) and handle.readFile() have in common. */

import { execFileSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "./attempt";
import { bad } from "./bad";
import { pattern, plant } from "./plant";
import type { Add, Fs } from "./scenario";
import { notSignals } from "./values";

export interface FileReader {
  (fs: Fs, path: string, options?: unknown): Promise<unknown>;
}

const text = "BOM and more: \ufeffä日本🦉\r\nend";

/** Around every size at which an implementation might change its way. */
const sizes = [0, 1, 2, 511, 4095, 4096, 4097, 16_384, 65_535, 65_536, 65_537, 131_072, 262_145, 524_288, 524_289, 1_048_577, 3_000_001];

export function addReadingScenarios(add: Add, read: FileReader): void {
  for (const size of sizes) {
    add(`reads ${size} bytes`, [39], async (fs, folder) => {
      const path = plant(folder, { file: pattern(size) });
      return attempts({ bytes: () => read(fs, path), latin1: () => read(fs, path, "latin1") });
    });
  }

  add("gives a Buffer with memory of its own", [39], async (fs, folder) => {
    const path = plant(folder, { file: pattern(5000), other: pattern(5000, 2) });
    const one = (await read(fs, path)) as Buffer;
    const other = (await read(fs, join(folder, "other"))) as Buffer;
    const seen = { isBuffer: Buffer.isBuffer(one), byteOffset: one.byteOffset, whole: one.buffer.byteLength === one.length, apart: one.buffer !== other.buffer };
    structuredClone(one.buffer, { transfer: [one.buffer as ArrayBuffer] });
    return { ...seen, otherLength: other.length, other };
  });

  for (const encoding of ["utf8", "utf-8", "UTF-8", "Utf8", "ucs2", "ucs-2", "utf16le", "UTF16LE", "latin1", "binary", "ascii", "hex", "base64", "base64url"]) {
    add(`decodes ${encoding}`, [41], async (fs, folder) => {
      const path = plant(folder, { file: text, odd: pattern(10_001), empty: "" });
      return attempts({
        text: () => read(fs, path, encoding),
        property: () => read(fs, path, { encoding }),
        odd: () => read(fs, join(folder, "odd"), encoding),
        empty: () => read(fs, join(folder, "empty"), encoding),
      });
    });
  }

  add("keeps a byte order mark", [41], async (fs, folder) => read(fs, plant(folder, { file: "\ufefftext" }), "utf8"));

  add("replaces what is no UTF-8", [41], async (fs, folder) =>
    read(fs, plant(folder, { file: Buffer.from([0x61, 0xff, 0xfe, 0xc3, 0x28, 0xe2, 0x82, 0x62, 0xf0, 0x9f, 0xed, 0xa0, 0x80, 0x63, 0xc3]) }), "utf8"),
  );

  for (const length of [65_534, 65_535, 131_070, 524_286, 524_287]) {
    add(`decodes a character across byte ${length}`, [41], async (fs, folder) => {
      const path = plant(folder, { file: `${"a".repeat(length)}🦉日${"b".repeat(50)}` });
      const got = (await read(fs, path, "utf8")) as string;
      return { length: got.length, around: got.slice(length - 2, length + 5), replaced: got.includes("\ufffd") };
    });
  }

  add("passes 'buffer' through validation and fails later", [20], async (fs, folder) => {
    const path = plant(folder, { file: "x", empty: "" });
    return attempts({ text: () => read(fs, path, "buffer"), property: () => read(fs, path, { encoding: "buffer" }), empty: () => read(fs, join(folder, "empty"), "buffer") });
  });

  add("reads files that the kernel makes up", [39], async (fs) => {
    const cmdline = (await read(fs, "/proc/self/cmdline")) as Buffer;
    return {
      version: Buffer.compare((await read(fs, "/proc/version")) as Buffer, readFileSync("/proc/version")),
      cmdline: cmdline.equals(readFileSync("/proc/self/cmdline")),
      filesystems: (await read(fs, "/proc/filesystems", "utf8")) === readFileSync("/proc/filesystems", "utf8"),
      null: await read(fs, "/dev/null"),
      kallsyms: ((await read(fs, "/proc/kallsyms")) as Buffer).length > 65_536,
    };
  });

  add("reports a directory", [1, 4], async (fs, folder) => attempt(() => read(fs, plant(folder, { directory: {} }))));

  add("reports a file of more than 2 GiB before it reads", [40], async (fs, folder) => {
    const path = plant(folder, { file: "" });
    execFileSync("truncate", ["-s", String(2 ** 31), path]);
    return attempts({ bytes: () => read(fs, path), text: () => read(fs, path, "utf8") });
  });

  add("refuses a signal that is none", [22], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attemptEach(notSignals, (signal) => read(fs, path, { signal }));
  });

  add("rejects at once with a signal that has been aborted", [46], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attempts({
      plain: () => read(fs, path, { signal: AbortSignal.abort() }),
      reason: () => read(fs, path, { signal: AbortSignal.abort(new Error("mine")) }),
      encoding: () => read(fs, path, { signal: AbortSignal.abort("text"), encoding: "utf8" }),
      lookalike: () => read(fs, path, { signal: { aborted: true } }),
    });
  });

  add("rejects when aborted right after the call", [46], async (fs, folder) => {
    const path = plant(folder, { file: pattern(3_000_000) });
    const controller = new AbortController();
    const called = attempt(() => read(fs, path, { signal: controller.signal }));
    controller.abort();
    return called;
  });

  add("rejects a small file when aborted right after the call", [46], async (fs, folder) => {
    const path = plant(folder, { file: "small" });
    const controller = new AbortController();
    const called = attempt(() => read(fs, path, { signal: controller.signal, encoding: "utf8" }));
    controller.abort(new Error("mine"));
    return called;
  });

  add("leaves no listener on its signal and takes no notice of a late abort", [46], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const controller = new AbortController();
    const promise = read(fs, path, { signal: controller.signal });
    const during = getEventListeners(controller.signal, "abort").length;
    const content = await promise;
    const after = getEventListeners(controller.signal, "abort").length;
    controller.abort();
    return { content, during, after };
  });

  const memories: Record<string, () => ArrayBufferView> = {
    "a Buffer of its size": () => Buffer.alloc(11),
    "a larger one": () => Buffer.alloc(20, "-"),
    "a part of a larger one": () => Buffer.alloc(20, "-").subarray(3, 16),
    "a Uint16Array": () => new Uint16Array(8),
    "a DataView": () => new DataView(new ArrayBuffer(16), 2),
    "shared memory": () => new Uint8Array(new SharedArrayBuffer(16)),
    "too small": () => Buffer.alloc(10),
    "nothing": () => Buffer.alloc(0),
  };

  for (const [label, make] of Object.entries(memories)) {
    add(`reads into memory that it is given, where the running version can: ${label}`, [39, 41], async (fs, folder) => {
      const path = plant(folder, { file: "ä content!", empty: "" });
      const into = (options: object, from = path) => async (): Promise<unknown> => {
        const memory = make();
        const seen: unknown[] = [];
        const outcome = await attempt(() => read(fs, from, { buffer: memory, ...options }));
        const asked = await attempt(() => read(fs, from, { buffer: (size: number) => (seen.push(size), memory), ...options }));
        const given = "resolved" in outcome && ArrayBuffer.isView(outcome.resolved) ? outcome.resolved : undefined;
        return { outcome, asked, seen, memory, same: given?.buffer === memory.buffer, offset: given?.byteOffset };
      };
      return attempts({ bytes: into({}), text: into({ encoding: "utf8" }), hex: into({ encoding: "hex" }), signal: into({ signal: new AbortController().signal }), empty: into({}, join(folder, "empty")) });
    });
  }

  add("reads into memory what does not tell its size, where the running version can", [39], async (fs) => {
    const length = readFileSync("/proc/version").length;
    return attemptEach([0, 1, length - 1, length, length + 1, 100_000].map((size, index) => [`size ${index}`, size] as const), async (size) => {
      const memory = Buffer.alloc(size as number);
      const sizes: number[] = [];
      const plain = await attempt(() => read(fs, "/proc/version", { buffer: memory }));
      const asked = await attempt(() => read(fs, "/proc/version", { buffer: (told: number) => (sizes.push(told), memory), encoding: "latin1" }));
      return { plain, asked, sizes };
    });
  });

  add("stops at the size that it found, where memory is given and the file grows meanwhile", [39], async (fs, folder) => {
    const path = plant(folder, { file: "0123456789" });
    return attempt(() => read(fs, path, { encoding: "latin1", buffer: (size: number) => (appendFileSync(path, "more"), Buffer.alloc(size + 20)) }));
  });

  add("refuses what is no memory, where the running version can read into some", [11, 22], async (fs, folder) => {
    const path = plant(folder, { file: "x", directory: {} });
    const outcomes = await attemptEach([["number", 5], ["null", null], ["string", "x"], ["object", {}], ["ArrayBuffer", new ArrayBuffer(4)]], (buffer) => read(fs, path, { buffer }));
    const given = await attemptEach([["number", 5], ["null", null], ["undefined", undefined], ["promise", Promise.resolve(Buffer.alloc(4))]], (buffer) => read(fs, path, { buffer: () => buffer }));
    const options = {
      buffer(this: unknown, size: number): Buffer {
        return Buffer.alloc(size, this === options ? "y" : "n");
      },
    };
    return {
      outcomes,
      given,
      ...(await attempts({
        throws: () => read(fs, path, { buffer: () => { throw new Error("from the function"); } }),
        called: () => read(fs, path, options),
        directory: () => read(fs, join(folder, "directory"), { buffer: Buffer.alloc(4) }),
        aborted: () => read(fs, path, { buffer: Buffer.alloc(4), signal: AbortSignal.abort() }),
      })),
    };
  });

  add("reads many at once, each its own", [78], async (fs, folder) => {
    const names = Array.from({ length: 200 }, (_, index) => join(folder, `file-${index}`));
    for (const [index, name] of names.entries()) writeFileSync(name, pattern(index * 97, index));
    const contents = (await Promise.all(names.map((name) => read(fs, name)))) as Buffer[];
    return contents.map((content, index) => content.equals(pattern(index * 97, index)));
  });

  add("reads text and bytes mixed at once", [41], async (fs, folder) => {
    const path = plant(folder, { file: text });
    return Promise.all([read(fs, path), read(fs, path, "utf8"), read(fs, path, "hex"), read(fs, path, { encoding: "latin1" })]);
  });

  add("takes a frozen options object of bad names", [20, 21], async (fs, folder) => read(fs, plant(folder, { file: "x" }), bad(Object.freeze({ encoding: "utf8", nonsense: 1, length: 0 }))));
}
