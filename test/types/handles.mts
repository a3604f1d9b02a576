/** Compiled, never run: handles of Node's and of ours, and what they give, in a program that has both. */

import { createReadStream } from "node:fs";
import type { FileHandle as NodesHandle, FileReadResult as NodesResult } from "node:fs/promises";
import * as nodes from "node:fs/promises";
import { createFs } from "caio";
import fs, { appendFile, open, readFile, writeFile } from "caio/fs";
import type { FileHandle, FileReadResult } from "caio/fs";

const takesNodes = (handle: NodesHandle): Promise<Buffer> => handle.readFile();
const takesOurs = (handle: FileHandle): Promise<Buffer> => handle.readFile();

export async function mixed(bytes: Uint8Array): Promise<unknown> {
  const ours: FileHandle = await open("file");
  const theirs: NodesHandle = await nodes.open("file");
  const both: NodesHandle[] = [ours, theirs, await createFs().open("file")];
  const bothAsOurs: FileHandle[] = [ours, theirs];
  await takesNodes(ours);
  await takesOurs(theirs);
  await nodes.readFile(ours);
  await nodes.writeFile(ours, bytes);
  const text: string = await readFile(theirs, "utf8");
  await writeFile(theirs, bytes);
  await appendFile(theirs, [bytes, "text"]);
  const oursAsNodes: NodesResult<Uint8Array> = await ours.read(bytes);
  const nodesAsOurs: FileReadResult<Uint8Array> = await theirs.read(bytes);
  const stream = createReadStream("", { fd: ours });
  const filled = await ours.read();
  const memory: Buffer = filled.buffer;
  const { buffers } = await ours.readv([bytes, memory] as const);
  const first: Uint8Array = buffers[0];
  const { bytesWritten, buffer } = await ours.write(bytes, { offset: 1, length: null, position: 3 });
  const written: Uint8Array = buffer;
  const { buffer: said } = await ours.write("text", null, "latin1");
  const asText: string = said;
  return [both, bothAsOurs, text, oursAsNodes, nodesAsOurs, stream, first, bytesWritten, written, asText];
}

/** The default export is also the namespace of its types, as Node's is. */
export async function byDefault(handle: fs.FileHandle): Promise<fs.FileReadResult<DataView>> {
  await using file: nodes.FileHandle = handle;
  return await file.read(new DataView(new ArrayBuffer(8)));
}
