import { createReadStream, readFileSync, ReadStream, WriteStream } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { attempt } from "../attempt";
import { bad } from "../bad";
import { closed, emitterOf } from "../emitter";
import { pattern, plant } from "../plant";
import { group, type Scenario } from "../scenario";
import { withHandle } from "../with-handle";

const digits = "0123456789abcdef";

/** Handles that refused options leave behind cannot be closed; since Node 25, one that is collected unclosed ends the process. */
const unclosable: unknown[] = [];

const reading = group("FileHandle.createReadStream", (add) => {
  add("gives a ReadStream of Node's that closes the handle", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: pattern(200_000) }));
    const stream = handle.createReadStream();
    const before = { instance: stream instanceof ReadStream, path: stream.path, highWaterMark: stream.readableHighWaterMark, fd: typeof bad<{ fd: unknown }>(stream).fd };
    const sizes: number[] = [];
    const parts: Buffer[] = [];
    for await (const chunk of stream) {
      sizes.push((chunk as Buffer).length);
      parts.push(chunk as Buffer);
    }
    await closed(handle);
    return { before, sizes, content: Buffer.concat(parts), bytesRead: stream.bytesRead, fd: handle.fd, streamFd: bad<{ fd: unknown }>(stream).fd, destroyed: stream.destroyed };
  });

  add("emits events in Node's order", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: pattern(100_000) }));
    const events: string[] = [];
    emitterOf(handle).on("close", () => events.push("handle close"));
    const stream = handle.createReadStream();
    for (const name of ["open", "ready", "end", "close"]) stream.on(name, () => events.push(name));
    stream.on("data", (chunk) => events.push(`data ${chunk.length}`));
    await once(stream, "close");
    return { events, fd: handle.fd };
  });

  for (const [label, options] of [
    ["start", { start: 5 }],
    ["start and end", { start: 3, end: 7 }],
    ["end", { end: 4 }],
    ["start 0", { start: 0, end: 0 }],
    ["start beyond the end", { start: 100 }],
    ["highWaterMark", { highWaterMark: 3 }],
    ["encoding", { encoding: "hex" }],
    ["the string utf8", "utf8"],
    ["null", null],
  ] as readonly (readonly [string, unknown])[]) {
    add(`reads with ${label}`, [66], async (fs, folder) => {
      const handle = await fs.open(plant(folder, { file: digits }));
      await handle.read(Buffer.alloc(2), 0, 2);
      const outcome = await attempt(async () => {
        const chunks: unknown[] = [];
        for await (const chunk of handle.createReadStream(bad(options))) chunks.push(chunk);
        return chunks;
      });
      if (handle.fd > 0) await handle.close();
      return outcome;
    });
  }

  add("leaves the handle open on request, with the cursor behind what was read", [66], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
      const chunks: unknown[] = [];
      for await (const chunk of handle.createReadStream({ autoClose: false, end: 5, highWaterMark: 4 })) chunks.push(chunk);
      return { chunks, open: handle.fd > 0, rest: await handle.read(Buffer.alloc(4), 0, 4) };
    }),
  );

  add("closes the handle when it is left early", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: pattern(300_000) }));
    for await (const chunk of handle.createReadStream({ highWaterMark: 1000 })) {
      if ((chunk as Buffer).length > 0) break;
    }
    await closed(handle);
    return handle.fd;
  });

  add("calls the handle's own read", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: digits }));
    const original = handle.read.bind(handle);
    const calls: unknown[][] = [];
    Object.defineProperty(handle, "read", {
      configurable: true,
      value: (buffer: Buffer, offset: number, length: number, position: number) => {
        calls.push([buffer.length, offset, length, position]);
        return original(buffer, offset, length, position);
      },
    });
    const chunks: unknown[] = [];
    for await (const chunk of handle.createReadStream({ start: 2, highWaterMark: 8 })) chunks.push(chunk);
    return { calls, chunks };
  });

  add("emits the handle's error and closes it", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { directory: {} }));
    const stream = handle.createReadStream();
    const events: unknown[] = [];
    stream.on("error", (error) => events.push(error));
    stream.resume();
    await once(stream, "close");
    return { events, fd: handle.fd };
  });

  add("ends at an abort", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: pattern(500_000) }));
    const controller = new AbortController();
    const outcome = await attempt(async () => {
      for await (const chunk of handle.createReadStream(bad({ signal: controller.signal, highWaterMark: 1000 }))) {
        if ((chunk as Buffer).length > 0) controller.abort();
      }
    });
    await closed(handle);
    return { outcome, fd: handle.fd };
  });

  add("throws at the call for bad options", [11, 66], async (fs, folder) => {
    const outcomes: Record<string, unknown> = {};
    for (const [label, options] of [["start as string", { start: "1" }], ["start after end", { start: 5, end: 2 }], ["negative start", { start: -1 }], ["encoding", { encoding: "bad" }]] as const) {
      const handle = await fs.open(plant(folder, { [`file ${label}`]: "x" }));
      unclosable.push(handle);
      outcomes[label] = await attempt(() => handle.createReadStream(bad(options)));
    }
    return outcomes;
  });

  add("is what fs.createReadStream makes of the handle", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: digits }));
    const chunks: unknown[] = [];
    for await (const chunk of createReadStream("", bad({ fd: handle, encoding: "utf8", start: 4 }))) chunks.push(chunk);
    await closed(handle);
    return { chunks, fd: handle.fd };
  });
});

const writing = group("FileHandle.createWriteStream", (add) => {
  add("gives a WriteStream of Node's that closes the handle", [66], async (fs, folder) => {
    const handle = await fs.open(join(folder, "file"), "w");
    const stream = handle.createWriteStream();
    const before = { instance: stream instanceof WriteStream, path: stream.path, highWaterMark: stream.writableHighWaterMark };
    stream.write("one");
    stream.write(Buffer.from("two"));
    stream.end("ä");
    await once(stream, "close");
    return { before, bytesWritten: stream.bytesWritten, fd: handle.fd };
  });

  add("emits events in Node's order", [66], async (fs, folder) => {
    const handle = await fs.open(join(folder, "file"), "w");
    const events: string[] = [];
    emitterOf(handle).on("close", () => events.push("handle close"));
    const stream = handle.createWriteStream();
    for (const name of ["open", "ready", "drain", "finish", "close"]) stream.on(name, () => events.push(name));
    const full = stream.write(pattern(100_000));
    if (!full) await once(stream, "drain");
    stream.end();
    await once(stream, "close");
    return { full, events };
  });

  for (const [label, options] of [
    ["start", { start: 4 }],
    ["encoding", { encoding: "hex" }],
    ["autoClose: false", { autoClose: false }],
    ["flush", { flush: true }],
    ["highWaterMark", { highWaterMark: 2 }],
    ["the string hex", "hex"],
  ] as readonly (readonly [string, unknown])[]) {
    add(`writes with ${label}`, [66], async (fs, folder) =>
      withHandle(fs, plant(folder, { file: digits }), "r+", async (handle) => {
        const outcome = await attempt(async () => {
          const stream = handle.createWriteStream(bad(options));
          stream.write("6162");
          stream.end("63");
          await once(stream, "finish");
          const openAtFinish = handle.fd > 0;
          // Without autoClose the stream holds on to the handle until it is destroyed.
          if (label === "autoClose: false") stream.destroy();
          await (stream.closed ? undefined : once(stream, "close"));
          return [openAtFinish, stream.bytesWritten];
        });
        return { outcome, open: handle.fd > 0 };
      }),
    );
  }

  add("writes many pieces in order", [66], async (fs, folder) => {
    const handle = await fs.open(join(folder, "file"), "w");
    const pieces = Array.from({ length: 300 }, (_, index) => `piece ${index}\n`);
    await pipeline(pieces, handle.createWriteStream({ highWaterMark: 64 }));
    return readFileSync(join(folder, "file"), "utf8") === pieces.join("");
  });

  add("copies from one handle's stream to another's", [66], async (fs, folder) => {
    const from = await fs.open(plant(folder, { from: pattern(400_000) }));
    const to = await fs.open(join(folder, "to"), "w");
    await pipeline(from.createReadStream(), to.createWriteStream());
    return [from.fd, to.fd];
  });

  add("emits the handle's error and closes it", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }), "r");
    const stream = handle.createWriteStream();
    const events: unknown[] = [];
    stream.on("error", (error) => events.push(error));
    stream.write("y");
    await once(stream, "close");
    return { events, fd: handle.fd };
  });
});

const lines = group("FileHandle.readLines", (add) => {
  add("gives lines of every kind and closes the handle", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "one\ntwo\r\n\nä日\rfive\nlast" }));
    const seen: string[] = [];
    for await (const line of handle.readLines()) seen.push(line);
    await closed(handle);
    return { seen, fd: handle.fd };
  });

  add("takes stream options", [66], async (fs, folder) => {
    const seen: Record<string, string[]> = {};
    for (const [label, options] of [["start", { start: 4 }], ["end", { end: 5 }], ["small", { highWaterMark: 1 }], ["latin1", { encoding: "latin1" }]] as const) {
      const handle = await fs.open(plant(folder, { [`file ${label}`]: "one\ntwo\nthrée\n" }));
      const got: string[] = [];
      for await (const line of handle.readLines(bad(options))) got.push(line);
      seen[label] = got;
    }
    return seen;
  });

  add("gives thousands of lines", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: Array.from({ length: 20_000 }, (_, index) => `line ${index}`).join("\n") }));
    let count = 0;
    let last = "";
    for await (const line of handle.readLines()) {
      count += 1;
      last = line;
    }
    return [count, last];
  });

  add("gives nothing for an empty file", [66], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "" }));
    const seen: string[] = [];
    for await (const line of handle.readLines()) seen.push(line);
    return seen;
  });
});

const web = group("FileHandle.readableWebStream", (add) => {
  add("gives bytes and leaves the handle open", [66], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: pattern(40_000) }), "r", async (handle) => {
      const stream = handle.readableWebStream({ type: "bytes" });
      const parts: Uint8Array[] = [];
      for await (const chunk of stream) parts.push(bad(chunk));
      return { class: stream.constructor.name, chunk: parts[0]?.constructor.name, content: Buffer.concat(parts), open: handle.fd > 0 };
    }),
  );

  add("can be had once, and not while locked or closed", [63], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", async (handle) => {
      const first = handle.readableWebStream({ type: "bytes" });
      const second = await attempt(() => handle.readableWebStream({ type: "bytes" }));
      await first.cancel();
      return { second: "threw" in second ? second : "a stream" };
    }),
  );
});

export default [...reading, ...writing, ...lines, ...web] satisfies Scenario[];
