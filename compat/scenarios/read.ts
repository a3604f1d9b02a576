import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { pattern, plant } from "../plant";
import { group } from "../scenario";
import { withHandle } from "../with-handle";

const digits = "0123456789abcdef";

export default group("FileHandle.read", (add) => {
  add("gives a null-prototype result with the same buffer", [27], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
      const buffer = Buffer.alloc(8);
      const result = await handle.read(buffer, 0, 8, 0);
      return { result, same: result.buffer === buffer };
    }),
  );

  for (const [label, args] of [
    ["buffer", [Buffer.alloc(8)]],
    ["buffer, offset", [Buffer.alloc(8), 2]],
    ["buffer, offset, length", [Buffer.alloc(8), 2, 3]],
    ["buffer, offset, length, position", [Buffer.alloc(8), 2, 3, 5]],
    ["buffer, 0, 0", [Buffer.alloc(8), 0, 0]],
    ["buffer, null, null, null", [Buffer.alloc(8), null, null, null]],
    ["buffer, undefined, undefined, 4", [Buffer.alloc(8), undefined, undefined, 4]],
    ["buffer, offset at the end, 0", [Buffer.alloc(8), 8, 0]],
    ["buffer, options", [Buffer.alloc(8), { offset: 1, length: 4, position: 2 }]],
    ["buffer, empty options", [Buffer.alloc(8), {}]],
    ["buffer, null options", [Buffer.alloc(8), null]],
    ["options with a buffer", [{ buffer: Buffer.alloc(8), offset: 1, length: 4, position: 2 }]],
    ["options with a buffer only", [{ buffer: Buffer.alloc(8) }]],
    ["options without a buffer", [{ length: 4, position: 2 }]],
    ["empty options", [{}]],
    ["nothing", []],
    ["undefined", [undefined]],
    ["null", [null]],
    ["ArrayBuffer", [new ArrayBuffer(8)]],
    ["an array as options", [[1, 2]]],
    ["a function", [(): void => undefined]],
    ["0", [0]],
    ["a string", ["x"]],
    ["true", [true]],
    ["options whose buffer is a string", [{ buffer: "x" }]],
    ["options whose buffer is null", [{ buffer: null }]],
    ["options whose buffer is null, with a length", [{ buffer: null, length: 1 }]],
    ["options whose buffer is null, with an offset", [{ buffer: null, offset: "x", length: -1, position: {} }]],
    ["options whose buffer is an ArrayBuffer", [{ buffer: new ArrayBuffer(4) }]],
  ] as readonly (readonly [string, unknown[]])[]) {
    add(`call form: ${label}`, [27, 28], async (fs, folder) =>
      withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
        const outcome = await attempt(() => handle.read(...bad<[Buffer]>(args)));
        const { resolved } = outcome as { resolved?: { buffer: Uint8Array } };
        return { outcome, length: resolved?.buffer.byteLength, cursor: await handle.read(Buffer.alloc(4), 0, 4) };
      }),
    );
  }

  add("refuses offsets that are none", [29], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", (handle) =>
      attemptEach([["-1", -1], ["1.5", 1.5], ["NaN", Number.NaN], ["'1'", "1"], ["5", 5], ["4", 4], ["2^53", 2 ** 53], ["true", true], ["bigint", 1n], ["{}", {}]], (offset) =>
        handle.read(Buffer.alloc(4), bad(offset), 1, 0),
      ),
    ),
  );

  add("refuses lengths that are none", [29], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", (handle) =>
      attemptEach([["-1", -1], ["5", 5], ["4 from 1", 4], ["2^31", 2 ** 31], ["2^53", 2 ** 53], ["-0", -0]], (length) => handle.read(Buffer.alloc(4), 1, bad(length), 0)),
    ),
  );

  // Up to Node 25, such a length ends the process.
  if (Number.parseInt(process.versions.node, 10) >= 26) {
    add("makes a number of a length of another type", [12, 29], async (fs, folder) =>
      withHandle(fs, plant(folder, { file: digits }), "r", (handle) =>
        attemptEach(
          [["text", "2"], ["no number", "x"], ["empty", ""], ["fraction", 1.5], ["NaN", Number.NaN], ["Infinity", Number.POSITIVE_INFINITY], ["-0", -0], ["boolean", true], ["bigint", 2n], ["symbol", Symbol("length")], ["object", {}], ["array", [3]], ["Date", new Date(2)], ["function", (): void => undefined]],
          (length) => handle.read(Buffer.alloc(4), 0, bad(length), 0),
        ),
      ),
    );
  }

  add("meets positions of every kind as the running version does", [30], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", (handle) =>
      attemptEach(
        [
          ["null", null],
          ["undefined", undefined],
          ["-1", -1],
          ["0", 0],
          ["7", 7],
          ["16", 16],
          ["2^40", 2 ** 40],
          ["2^53 - 1", 2 ** 53 - 1],
          ["2^53", 2 ** 53],
          ["-2", -2],
          ["1.5", 1.5],
          ["NaN", Number.NaN],
          ["'3'", "3"],
          ["3n", 3n],
          ["-1n", -1n],
          ["{}", {}],
          ["true", true],
        ],
        (position) => handle.read(Buffer.alloc(2), 0, 2, bad(position)),
      ),
    ),
  );

  add("meets an empty buffer", [29], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", (handle) =>
      attempts({
        plain: () => handle.read(Buffer.alloc(0)),
        length0: () => handle.read(Buffer.alloc(0), 0, 0),
        length1: () => handle.read(Buffer.alloc(0), 0, 1),
        option: () => handle.read({ buffer: Buffer.alloc(0) }),
        array: () => handle.read(new Float64Array(0)),
      }),
    ),
  );

  add("meets a detached buffer", [29], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
      const buffer = new Uint8Array(8);
      structuredClone(buffer, { transfer: [buffer.buffer] });
      return attempts({ plain: () => handle.read(buffer), length0: () => handle.read(buffer, 0, 0), length1: () => handle.read(buffer, 0, 1) });
    }),
  );

  add("refuses an offset among the options that is no number", [29], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", (handle) =>
      attemptEach(
        [["object", { valueOf: () => 1 }], ["empty object", {}], ["'1'", "1"], ["boolean", true], ["Date", new Date(1)], ["1n", 1n]],
        async (offset) => ({ beside: await attempt(() => handle.read(Buffer.alloc(4), bad({ offset }))), within: await attempt(() => handle.read(bad<undefined>({ buffer: Buffer.alloc(4), offset }))) }),
      ),
    ),
  );

  add("advances the cursor and stays at the end", [30], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
      const results: unknown[] = [];
      for (let turn = 0; turn < 5; turn += 1) results.push(await handle.read(Buffer.alloc(6), 0, 6));
      return results;
    }),
  );

  add("leaves the cursor alone when positioned", [30], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => [
      await handle.read(Buffer.alloc(2), 0, 2),
      await handle.read(Buffer.alloc(2), 0, 2, 9),
      await handle.read(Buffer.alloc(2), 0, 2, null),
      await handle.read(Buffer.alloc(2), 0, 2, -1),
    ]),
  );

  add("touches no byte beyond what it read", [27, 29], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "abc" }), "r", async (handle) => [
      await handle.read(Buffer.alloc(8, 0x2e), 2, 5, 0),
      await handle.read(Buffer.alloc(8, 0x2e), 2, 2, 0),
      await handle.read(Buffer.alloc(8, 0x2e), 0, 8, 3),
    ]),
  );

  for (const [label, make] of [
    ["Uint8Array with an offset", (): NodeJS.ArrayBufferView => new Uint8Array(new ArrayBuffer(16), 4, 8)],
    ["Int8Array", (): NodeJS.ArrayBufferView => new Int8Array(8)],
    ["Uint8ClampedArray", (): NodeJS.ArrayBufferView => new Uint8ClampedArray(8)],
    ["Uint16Array", (): NodeJS.ArrayBufferView => new Uint16Array(4)],
    ["Int32Array", (): NodeJS.ArrayBufferView => new Int32Array(2)],
    ["Float64Array", (): NodeJS.ArrayBufferView => new Float64Array(1)],
    ["BigUint64Array", (): NodeJS.ArrayBufferView => new BigUint64Array(1)],
    ["DataView", (): NodeJS.ArrayBufferView => new DataView(new ArrayBuffer(16), 4, 8)],
    ["SharedArrayBuffer", (): NodeJS.ArrayBufferView => new Uint8Array(new SharedArrayBuffer(8))],
    ["pooled Buffer", (): NodeJS.ArrayBufferView => Buffer.from("........")],
    ["resizable ArrayBuffer", (): NodeJS.ArrayBufferView => new Uint8Array(bad<ArrayBuffer>(Reflect.construct(ArrayBuffer, [8, { maxByteLength: 64 }])))],
  ] as const) {
    add(`reads into a ${label}`, [36], async (fs, folder) =>
      withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
        const view = make();
        return attempts({
          whole: () => handle.read(view),
          part: () => handle.read(view, 2, 3, 10),
          option: () => handle.read({ buffer: view, position: 8 }),
        });
      }),
    );
  }

  add("reads exactly at the file's edges", [30], async (fs, folder) => {
    const content = pattern(8192);
    return withHandle(fs, plant(folder, { file: content }), "r", (handle) =>
      attempts({
        last: () => handle.read(Buffer.alloc(4096), 0, 4096, 4096),
        across: () => handle.read(Buffer.alloc(4096), 0, 4096, 6000),
        end: () => handle.read(Buffer.alloc(4096), 0, 4096, 8192),
        one: () => handle.read(Buffer.alloc(1), 0, 1, 8191),
        whole: () => handle.read(Buffer.alloc(10_000), 0, 10_000, 0),
      }),
    );
  });

  add("reads megabytes in one go", [30], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: pattern(5_000_000) }), "r", (handle) => handle.read(Buffer.alloc(6_000_000), 0, 6_000_000, 0)),
  );

  add("reads beyond 4 GiB", [35], async (fs, folder) => {
    const path = plant(folder, { file: "" });
    return withHandle(fs, path, "r+", async (handle) => {
      await handle.write(Buffer.from("far"), 0, 3, 5 * 2 ** 30);
      return [await handle.read(Buffer.alloc(8), 0, 8, 5 * 2 ** 30 - 2), statSync(path).size];
    });
  });

  add("serves many positioned reads at once", [38], async (fs, folder) => {
    const content = pattern(64 * 4096);
    return withHandle(fs, plant(folder, { file: content }), "r", async (handle) => {
      const positions = Array.from({ length: 64 }, (_, index) => ((index * 37) % 64) * 4096);
      const results = await Promise.all(positions.map((position) => handle.read(Buffer.alloc(4096), 0, 4096, position)));
      return results.map((result, index) => result.bytesRead === 4096 && content.compare(result.buffer, 0, 4096, positions[index], (positions[index] ?? 0) + 4096) === 0);
    });
  });

  add("gives each of many cursor reads its own bytes", [38], async (fs, folder) => {
    const blocks = 200;
    const content = Buffer.concat(Array.from({ length: blocks }, (_, index) => Buffer.alloc(512, index)));
    return withHandle(fs, plant(folder, { file: content }), "r", async (handle) => {
      const results = await Promise.all(Array.from({ length: blocks + 4 }, () => handle.read(Buffer.alloc(512), 0, 512)));
      return { seen: results.filter((result) => result.bytesRead === 512).map((result) => result.buffer[0]).sort((a, b) => Number(a) - Number(b)), empty: results.filter((result) => result.bytesRead === 0).length };
    });
  });

  add("reports what cannot be read, without a path", [3, 4], async (fs, folder) => {
    plant(folder, { directory: {} });
    return attempts({
      directory: () => withHandle(fs, join(folder, "directory"), "r", (handle) => handle.read(Buffer.alloc(4))),
      writeOnly: () => withHandle(fs, join(folder, "new"), "w", (handle) => handle.read(Buffer.alloc(4))),
      positioned: () => withHandle(fs, join(folder, "new"), "w", (handle) => handle.read(Buffer.alloc(4), 0, 4, 0)),
    });
  });

  add("survives a buffer that is transferred meanwhile", [37], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
      const buffer = new Uint8Array(new ArrayBuffer(16));
      const promise = handle.read(buffer, 0, 16, 0);
      const moved = structuredClone(buffer.buffer, { transfer: [buffer.buffer] });
      const result = await promise;
      return { bytesRead: result.bytesRead, same: result.buffer === buffer, length: buffer.length, moved: new Uint8Array(moved) };
    }),
  );

  add("survives a buffer that nobody else holds", [37], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: pattern(100_000) }), "r", async (handle) => {
      const promises = Array.from({ length: 20 }, () => handle.read(Buffer.alloc(100_000), 0, 100_000, 0));
      globalThis.gc?.();
      return (await Promise.all(promises)).map((result) => result);
    }),
  );

  add("takes options from a getter once, and leaves frozen ones alone", [21], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
      const options = Object.freeze({ buffer: Buffer.alloc(4), offset: 1, length: 2, position: 3 });
      return attempts({ first: () => handle.read(options), second: () => handle.read(Buffer.alloc(4), Object.freeze({ position: 3 })) });
    }),
  );

  add("sees what was written meanwhile", [30], async (fs, folder) => {
    const path = plant(folder, { file: "old" });
    return withHandle(fs, path, "r", async (handle) => {
      const before = await handle.read(Buffer.alloc(8), 0, 8, 0);
      writeFileSync(path, "newer");
      return [before, await handle.read(Buffer.alloc(8), 0, 8, 0)];
    });
  });

  add("returns a native promise", [81], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
      const promise = handle.read(Buffer.alloc(4), 0, 4, 0);
      return [promise instanceof Promise, promise.constructor.name, await promise];
    }),
  );

  add("leads its error's stack to the caller", [10], async (fs, folder) =>
    withHandle(fs, plant(folder, { directory: {} }), "r", async (handle) => {
      const callerOfRead = async (): Promise<unknown> => {
        const result = await handle.read(Buffer.alloc(4));
        return result;
      };
      try {
        return await callerOfRead();
      } catch (error) {
        return error instanceof Error && String(error.stack).includes("callerOfRead");
      }
    }),
  );

  add("keeps the caller's AsyncLocalStorage", [72], async (fs, folder) => {
    const { AsyncLocalStorage } = await import("node:async_hooks");
    const storage = new AsyncLocalStorage<string>();
    return withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
      const inside = async (name: string): Promise<string | undefined> =>
        storage.run(name, async () => {
          await handle.read(Buffer.alloc(4), 0, 4, 0);
          return storage.getStore();
        });
      return Promise.all(Array.from({ length: 8 }, (_, index) => inside(`store ${index}`)));
    });
  });
});
