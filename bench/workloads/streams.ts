/** FileHandle.createReadStream and createWriteStream, in chunks of 64 KiB. */

import { once } from "node:events";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { flushFile, freshName } from "../disk";
import { checkPatternSparsely, makePatternFile } from "../files";
import { checkPattern, fillPattern } from "../pattern";
import type { TimedWorkload } from "../workload";

const chunk = 64 * 1024;
const size = 32 * 2 ** 20;
const fileIn = (folder: string): string => join(folder, "stream.bin");

const streamIn: TimedWorkload = {
  kind: "timed",
  name: "stream-in",
  title: "createReadStream, per chunk of 64 KiB",
  selections: ["core", "short"],
  bytes: chunk,
  files: (folder) => makePatternFile(fileIn(folder), size),
  prepare: async ({ fs }, folder) => {
    const chunks: Buffer[] = [];
    return {
      operations: size / chunk,
      arm: () => void (chunks.length = 0),
      lap: async () => {
        const handle = await fs.open(fileIn(folder), "r");
        const stream = handle.createReadStream({ highWaterMark: chunk });
        stream.on("data", (data) => void chunks.push(data as Buffer));
        await once(stream, "close");
      },
      check: () => {
        let position = 0;
        for (const each of chunks) {
          checkPattern(each, position);
          position += each.length;
        }
        chunks.length = 0;
        if (position !== size) throw new Error(`the stream ended after ${position} bytes`);
      },
    };
  },
};

const streamOut: TimedWorkload = {
  kind: "timed",
  name: "stream-out",
  title: "createWriteStream, per chunk of 64 KiB",
  selections: ["core", "short"],
  bytes: chunk,
  files: () => undefined,
  prepare: async ({ fs }, folder) => {
    const path = join(folder, freshName("stream"));
    makePatternFile(path, size);
    const contents = Buffer.alloc(size);
    let generation = 0;
    return {
      operations: size / chunk,
      arm: () => fillPattern(contents, 0, ++generation),
      lap: async () => {
        const handle = await fs.open(path, "r+");
        const stream = handle.createWriteStream({ start: 0, highWaterMark: chunk });
        const closed = once(stream, "close");
        for (let position = 0; position < size; position += chunk)
          if (!stream.write(contents.subarray(position, position + chunk))) await once(stream, "drain");
        stream.end();
        await closed;
      },
      check: () => checkPatternSparsely(readFileSync(path), generation),
      settle: () => flushFile(path),
    };
  },
};

export const streamWorkloads: readonly TimedWorkload[] = [streamIn, streamOut];
