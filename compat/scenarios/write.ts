import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { pattern, plant } from "../plant";
import { group } from "../scenario";
import { notData } from "../values";
import { withHandle } from "../with-handle";

export default group("FileHandle.write", (add) => {
  add("gives a null-prototype result with the same buffer", [27], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", async (handle) => {
      const buffer = Buffer.from("bytes");
      const result = await handle.write(buffer);
      return { result, same: result.buffer === buffer, text: await handle.write("text") };
    }),
  );

  for (const [label, args] of [
    ["buffer", [Buffer.from("01234567")]],
    ["buffer, offset", [Buffer.from("01234567"), 2]],
    ["buffer, offset, length", [Buffer.from("01234567"), 2, 3]],
    ["buffer, offset, length, position", [Buffer.from("01234567"), 2, 3, 1]],
    ["buffer, null, null, null", [Buffer.from("01234567"), null, null, null]],
    ["buffer, 0, 0", [Buffer.from("01234567"), 0, 0]],
    ["buffer, 8, 0", [Buffer.from("01234567"), 8, 0]],
    ["buffer, options", [Buffer.from("01234567"), { offset: 1, length: 4, position: 2 }]],
    ["buffer, empty options", [Buffer.from("01234567"), {}]],
    ["string", ["text"]],
    ["string, position", ["text", 2]],
    ["string, null", ["text", null]],
    ["string, position, encoding", ["74657874", 1, "hex"]],
    ["string, null, latin1", ["ÄÖ", null, "latin1"]],
    ["string, null, ucs2", ["ÄÖ", null, "ucs2"]],
    ["string, null, base64", ["dGV4dA==", null, "base64"]],
    ["string, null, unknown encoding", ["ÄÖ", null, "nonsense"]],
    ["string, null, odd hex", ["abc", null, "hex"]],
    ["string, null, hex that is none", ["zz", null, "hex"]],
    ["string, position as string", ["text", "1"]],
    ["empty string", [""]],
    ["multi-byte string", ["日本🦉"]],
    ["lone surrogate", ["a\ud800b"]],
    ["empty buffer", [Buffer.alloc(0)]],
    ["empty buffer with absurd numbers", [Buffer.alloc(0), 99, -5]],
    ["lookalike of no length", [{ byteLength: 0 }]],
    ["length as string", [Buffer.from("01234567"), 0, "3"]],
    ["position as bigint", [Buffer.from("01234567"), 0, 3, 5n]],
    ["position as string", [Buffer.from("01234567"), 0, 3, "5"]],
    ["position -1", [Buffer.from("01234567"), 0, 3, -1]],
    ["position 1.5", [Buffer.from("01234567"), 0, 3, 1.5]],
    ["position NaN", [Buffer.from("01234567"), 0, 3, Number.NaN]],
  ] as readonly (readonly [string, unknown[]])[]) {
    add(`call form: ${label}`, [27, 32], async (fs, folder) => {
      const path = plant(folder, { file: "................" });
      return withHandle(fs, path, "r+", async (handle) => {
        await handle.read(Buffer.alloc(4), 0, 4);
        const outcome = await attempt(() => handle.write(...bad<[Buffer]>(args)));
        await handle.write("|");
        return { outcome, content: readFileSync(path) };
      });
    });
  }

  add("refuses offsets and lengths that are none", [29, 32], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", (handle) =>
      attempts({
        "offset -1": () => handle.write(Buffer.from("ab"), -1),
        "offset 1.5": () => handle.write(Buffer.from("ab"), 1.5),
        "offset '1'": () => handle.write(Buffer.from("ab"), bad("1")),
        "offset 1n": () => handle.write(Buffer.from("ab"), bad(1n)),
        "offset Symbol": () => handle.write(Buffer.from("ab"), bad(Symbol("offset"))),
        "offset 1n as option": () => handle.write(Buffer.from("ab"), bad({ offset: 1n })),
        "offset 3": () => handle.write(Buffer.from("ab"), 3),
        "length -1": () => handle.write(Buffer.from("ab"), 0, -1),
        "length 3": () => handle.write(Buffer.from("ab"), 0, 3),
        "length 2 from 1": () => handle.write(Buffer.from("ab"), 1, 2),
        "length 1.5": () => handle.write(Buffer.from("ab"), 0, 1.5),
        "length NaN": () => handle.write(Buffer.from("ab"), 0, Number.NaN),
      }),
    ),
  );

  add("refuses what is no data", [32], async (fs, folder) => withHandle(fs, join(folder, "file"), "w", (handle) => attemptEach(notData, (data) => handle.write(bad<never>(data)))));

  for (const [label, make] of [
    ["Uint16Array", (): NodeJS.ArrayBufferView => new Uint16Array([0x4142, 0x4344, 0x4546])],
    ["Float64Array", (): NodeJS.ArrayBufferView => new Float64Array([1.5])],
    ["DataView", (): NodeJS.ArrayBufferView => new DataView(new TextEncoder().encode("abcdefgh").buffer, 2, 4)],
    ["view with an offset", (): NodeJS.ArrayBufferView => new Uint8Array(new TextEncoder().encode("abcdefgh").buffer, 3, 4)],
    ["SharedArrayBuffer", (): NodeJS.ArrayBufferView => new Uint8Array(new SharedArrayBuffer(4)).fill(65)],
  ] as const) {
    add(`writes from a ${label}`, [36], async (fs, folder) =>
      withHandle(fs, join(folder, "file"), "w", (handle) => attempts({ whole: () => handle.write(bad<Uint8Array>(make())), part: () => handle.write(bad<Uint8Array>(make()), 1, 2) })),
    );
  }

  add("advances the cursor unless positioned", [30], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", async (handle) => {
      await handle.write("one");
      await handle.write("FOUR", 10);
      await handle.write(Buffer.from("two"));
      await handle.write(Buffer.from("three"), 0, 5, 20);
      return undefined;
    }),
  );

  add("leaves the time of the last access alone, wherever in a page it ends", [33], async (fs, folder) => {
    const path = join(folder, "file");
    writeFileSync(path, "content");
    await fs.utimes(path, 0, 0);
    return withHandle(fs, path, "r+", async (handle) => {
      for (const position of [null, 0, 3, 4000, 4096]) await handle.write("a few bytes", position);
      return (await handle.stat()).atimeMs;
    });
  });

  add("appends whatever the position in append mode", [34], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "start" }), "a", async (handle) => [await handle.write(Buffer.from("1"), 0, 1, 0), await handle.write("2", 1), await handle.write("3")]),
  );

  add("leaves zeros in a gap", [35], async (fs, folder) => withHandle(fs, join(folder, "file"), "w", (handle) => handle.write("end", 5000)));

  add("writes beyond 4 GiB", [35], async (fs, folder) => {
    const path = join(folder, "file");
    return withHandle(fs, path, "w", async (handle) => [await handle.write(Buffer.from("x"), 0, 1, 5 * 2 ** 30), statSync(path).size]);
  });

  add("writes megabytes in one go", [33], async (fs, folder) => withHandle(fs, join(folder, "file"), "w", (handle) => handle.write(pattern(6_000_000))));

  add("serves many positioned writes at once", [38], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", async (handle) => {
      const blocks = Array.from({ length: 64 }, (_, index) => [((index * 29) % 64) * 4096, pattern(4096, index)] as const);
      return Promise.all(blocks.map(async ([position, block]) => (await handle.write(block, 0, 4096, position)).bytesWritten));
    }),
  );

  add("lets cursor writes at once never overlap", [38], async (fs, folder) => {
    const path = join(folder, "file");
    return withHandle(fs, path, "w", async (handle) => {
      await Promise.all(Array.from({ length: 60 }, (_, index) => handle.write(Buffer.alloc(100, index))));
      const content = readFileSync(path);
      const starts = Array.from({ length: 60 }, (_, index) => content[index * 100] ?? -1).sort((a, b) => a - b);
      const size = content.length;
      await handle.truncate(0);
      return { starts, size };
    });
  });

  add("copies a string at the call", [36], async (fs, folder) => {
    let text = "first ";
    return withHandle(fs, join(folder, "file"), "w", async (handle) => {
      const promise = handle.write(text);
      text = "second";
      return [await promise, text];
    });
  });

  add("reports what cannot be written, without a path", [3, 4], async (fs, folder) => {
    plant(folder, { file: "x" });
    return attempts({
      readOnly: () => withHandle(fs, join(folder, "file"), "r", (handle) => handle.write("y")),
      readOnlyBuffer: () => withHandle(fs, join(folder, "file"), "r", (handle) => handle.write(Buffer.from("y"), 0, 1, 0)),
      full: () => withHandle(fs, "/dev/full", "r+", (handle) => handle.write("y")),
      directory: () => withHandle(fs, folder, "r", (handle) => handle.write("y")),
    });
  });

  add("goes through a frozen options object", [21], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", (handle) => attempt(() => handle.write(Buffer.from("abcdef"), bad(Object.freeze({ offset: 1, length: 2, position: 3 }))))),
  );

  add("survives a buffer that nobody else holds", [37], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", async (handle) => {
      const promises = Array.from({ length: 16 }, (_, index) => handle.write(pattern(65_536, index), 0, 65_536, index * 65_536));
      globalThis.gc?.();
      return (await Promise.all(promises)).map((result) => result.bytesWritten);
    }),
  );
});
