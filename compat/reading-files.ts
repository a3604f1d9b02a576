/** What readFile(path), readFile(handle) and handle.readFile() have in common. */

import { execFileSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
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
