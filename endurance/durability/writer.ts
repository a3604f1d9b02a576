/** The process that is killed: 32 writers at work, each acknowledging what is on the disk. */

import { writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Package, project, type FileSystem } from "../package";
import { acknowledgementLength, contentOf, wayOf, writers, type Assignment } from "./message";

const assignment = JSON.parse(process.argv[2] ?? "") as Assignment;
const { backend, folder, tryNow, firstVersion, fault } = assignment;
const { fs } = new Package(project).fileSystem(backend, { tryNow });

const flush = fault !== "careless";
/** Milliseconds. Without it the careless fill the disk, and ext4 commits all that they wrote to have its freed blocks back: they would be safe by chance. */
const carelessPause = 20;

/** The parent's pipe is the third channel; so small a piece is written whole or not at all. */
function acknowledge(writer: number, version: number): void {
  const message = Buffer.alloc(acknowledgementLength);
  message.writeUInt32LE(writer, 0);
  message.writeUInt32LE(version, 4);
  for (;;) {
    try {
      writeSync(3, message);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

async function syncFolder(): Promise<void> {
  const handle = await fs.open(folder, "r");
  await handle.sync();
  await handle.close();
}

/** Two files in turn: one that is being written may be torn, the other one holds the version before. */
const place = (writer: number, version: number): string => join(folder, `${writer}-${version % 2}`);

async function write(of: FileSystem, writer: number, version: number): Promise<void> {
  const content = contentOf(writer, version);
  const way = wayOf(writer);
  if (way === "writeFile with flush") return of.writeFile(place(writer, version), content, { flush });
  if (way === "write and datasync") {
    const handle = await of.open(place(writer, version), "w");
    for (let done = 0; done < content.length; ) done += (await handle.write(content, done, content.length - done, done)).bytesWritten;
    if (flush) await handle.datasync();
    return handle.close();
  }
  await of.writeFile(join(folder, `${writer}-new`), content, { flush });
  await of.rename(join(folder, `${writer}-new`), join(folder, String(writer)));
  // The name is the folder's content.
  if (flush) await syncFolder();
  return undefined;
}

async function writeForEver(writer: number): Promise<void> {
  for (let version = firstVersion; ; version++) {
    if (fault === "hasty") acknowledge(writer, version);
    await write(fs, writer, version);
    if (fault !== "hasty") acknowledge(writer, version);
    if (fault === "careless") await wait(carelessPause);
  }
}

for (let writer = 0; writer < writers; writer++) void writeForEver(writer);
