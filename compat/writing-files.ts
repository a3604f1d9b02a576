/** What writeFile, appendFile and the handle's two have in common: kinds of data, encodings, signals. */

import { getEventListeners } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { attempt, attemptEach, attempts } from "./attempt";
import { bad } from "./bad";
import { pattern } from "./plant";
import type { Add, Fs } from "./scenario";
import { detachedView, notData, notSignals } from "./values";

export interface FileWriter {
  (fs: Fs, path: string, data: unknown, options?: unknown): Promise<unknown>;
}

const sizes = [0, 1, 4096, 16_385, 65_536, 524_287, 524_288, 524_289, 1_048_577, 3_000_001];

export function addWritingScenarios(add: Add, write: FileWriter, takesIterables: boolean): void {
  for (const size of sizes) {
    add(`writes ${size} bytes`, [33, 36], async (fs, folder) =>
      attempts({ bytes: () => write(fs, join(folder, "bytes"), pattern(size)), text: () => write(fs, join(folder, "text"), "é".repeat(size / 2)) }),
    );
  }

  add("resolves with undefined for text and bytes", [44], async (fs, folder) =>
    attempts({ text: () => write(fs, join(folder, "a"), "text"), bytes: () => write(fs, join(folder, "b"), Buffer.from("bytes")), empty: () => write(fs, join(folder, "c"), "") }),
  );

  for (const encoding of ["utf8", "UTF-8", "latin1", "ascii", "hex", "base64", "base64url", "ucs2", "utf16le", "binary"]) {
    add(`encodes text: ${encoding}`, [44, 45], async (fs, folder) =>
      attempts({
        text: () => write(fs, join(folder, "a"), "ÄÖ日 61626364", encoding),
        property: () => write(fs, join(folder, "b"), "6162636465", { encoding }),
        bytes: () => write(fs, join(folder, "c"), Buffer.from("Ä"), encoding),
        iterable: () => (takesIterables ? write(fs, join(folder, "d"), ["6162", "Ä", "63"], { encoding }) : undefined),
      }),
    );
  }

  for (const [label, make] of [
    ["Uint16Array", (): unknown => new Uint16Array([0x4142, 0x4344])],
    ["Float32Array", (): unknown => new Float32Array([1.5, 2.5])],
    ["BigInt64Array", (): unknown => new BigInt64Array([5n])],
    ["DataView with an offset", (): unknown => new DataView(new TextEncoder().encode("abcdefgh").buffer, 2, 3)],
    ["Uint8Array with an offset", (): unknown => new Uint8Array(new TextEncoder().encode("abcdefgh").buffer, 2, 3)],
    ["SharedArrayBuffer", (): unknown => new Uint8Array(new SharedArrayBuffer(3)).fill(66)],
    ["pooled Buffer", (): unknown => Buffer.from("pooled")],
    ["empty Buffer", (): unknown => Buffer.alloc(0)],
    ["lone surrogate", (): unknown => "a\ud800b"],
  ] as const) {
    add(`writes a ${label}`, [36, 44], async (fs, folder) => attempt(() => write(fs, join(folder, "file"), make())));
  }

  add("refuses what is no data and touches nothing", [44], async (fs, folder) => attemptEach(notData, (data) => write(fs, join(folder, "file"), bad(data))));

  add("opens the file before it meets detached data", [36, 44], async (fs, folder) => {
    writeFileSync(join(folder, "full"), "content");
    return attempts({ full: () => write(fs, join(folder, "full"), detachedView(5)), new: () => write(fs, join(folder, "new"), detachedView(5)) });
  });

  if (takesIterables) {
    for (const [label, make] of [
      ["array of strings", (): unknown => ["one", "two", "ä"]],
      ["array of Buffers", (): unknown => [Buffer.from("one"), new Uint16Array([0x4142])]],
      ["empty array", (): unknown => []],
      ["Set", (): unknown => new Set(["a", "b", "a"])],
      [
        "generator",
        (): unknown =>
          (function* () {
            yield "one";
            yield Buffer.from("two");
            yield "";
          })(),
      ],
      [
        "async generator",
        (): unknown =>
          (async function* () {
            yield "one";
            await new Promise((resolve) => setImmediate(resolve));
            yield Buffer.from("two");
          })(),
      ],
      ["Readable", (): unknown => Readable.from(["one", "two", "three"])],
      ["Readable of bytes", (): unknown => Readable.from([Buffer.from("one"), Buffer.from("two")])],
      ["large pieces", (): unknown => [pattern(700_000), pattern(10, 2), "x".repeat(600_000)]],
      ["many pieces", (): unknown => Array.from({ length: 500 }, (_, index) => `${index},`)],
      ["String object", (): unknown => new String("abc")],
    ] as const) {
      add(`writes an iterable: ${label}`, [44], async (fs, folder) => attempt(() => write(fs, join(folder, "file"), make())));
    }

    add("writes what came before a bad item", [44], async (fs, folder) =>
      attempts({
        sync: () => write(fs, join(folder, "a"), ["first", 5, "third"]),
        async: () =>
          write(
            fs,
            join(folder, "b"),
            (async function* () {
              yield "first";
              yield {};
            })(),
          ),
        null: () => write(fs, join(folder, "c"), [null]),
        arrayBuffer: () => write(fs, join(folder, "d"), ["first", new ArrayBuffer(2)]),
      }),
    );

    add("passes on what an iterable throws, and ends it", [44], async (fs, folder) => {
      const events: string[] = [];
      const source = async function* (): AsyncGenerator<string> {
        try {
          yield "first";
          throw new Error("from the source");
        } finally {
          events.push("finally");
        }
      };
      return { outcome: await attempt(() => write(fs, join(folder, "file"), source())), events };
    });

    add("ends a generator whose item was bad", [44], async (fs, folder) => {
      const events: string[] = [];
      const source = function* (): Generator<unknown> {
        try {
          yield "first";
          yield 5;
          events.push("went on");
        } finally {
          events.push("finally");
        }
      };
      return { outcome: await attempt(() => write(fs, join(folder, "file"), source())), events };
    });

    add("stops an iterable when aborted", [46], async (fs, folder) => {
      const controller = new AbortController();
      const source = async function* (): AsyncGenerator<string> {
        yield "first";
        controller.abort();
        yield "second";
        yield "third";
      };
      return attempt(() => write(fs, join(folder, "file"), source(), { signal: controller.signal }));
    });
  }

  add("refuses a signal that is none", [22], async (fs, folder) => attemptEach(notSignals, (signal) => write(fs, join(folder, "file"), "x", { signal })));

  add("rejects at once with a signal that has been aborted", [46], async (fs, folder) =>
    attempts({
      plain: () => write(fs, join(folder, "file"), "x", { signal: AbortSignal.abort() }),
      reason: () => write(fs, join(folder, "file"), "x", { signal: AbortSignal.abort(new Error("mine")) }),
      lookalike: () => write(fs, join(folder, "file"), "x", { signal: { aborted: true } }),
      missing: () => write(fs, join(folder, "file"), "x", { signal: AbortSignal.abort(), encoding: "utf8" }),
    }),
  );

  add("leaves no listener on its signal and takes no notice of a late abort", [46], async (fs, folder) => {
    const controller = new AbortController();
    const promise = write(fs, join(folder, "file"), "whole", { signal: controller.signal });
    const during = getEventListeners(controller.signal, "abort").length;
    await promise;
    const after = getEventListeners(controller.signal, "abort").length;
    controller.abort();
    return { during, after, content: readFileSync(join(folder, "file"), "utf8") };
  });

  add("writes many files at once", [78], async (fs, folder) =>
    Promise.all(Array.from({ length: 60 }, (_, index) => write(fs, join(folder, `file-${index}`), pattern(index * 331, index)))),
  );
}
