/** Compiled, never run: to the compiler too, caio/fs is node:fs/promises, by every import and in every overload. */

import type { BigIntStats, Dirent, Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { createFs } from "caio";
import fs, { open, readFile, readdir, rm, stat, writeFile } from "caio/fs";
import * as everything from "caio/fs";
import fsJs from "caio/fs/js";
import fsLinux from "caio/fs/linux";
import fsThread from "caio/fs/thread";
import fsUring from "caio/fs/uring";

type Nodes = typeof import("node:fs/promises");
type Ours = typeof import("caio/fs");

/** Every name, with every overload: what Node's declaration takes, ours takes, and gives back what Node's gives. */
export const namespaces: Nodes = everything;
export const defaults: readonly Nodes[] = [fs, fsUring, fsLinux, fsThread, fsJs];
export const made: Nodes & AsyncDisposable = createFs({ maxRequests: 64, poolSize: 4 });

/** Its functions need no `this`: they can be taken out, and no linter warns of it. */
export const { stat: alone } = fs;
export const { lstat: aloneToo } = createFs();

type Accepts<A extends B, B> = [A, B];
export type Names = Accepts<keyof Nodes, keyof Ours>;
export type OneByOne = { [Name in keyof Nodes]: Accepts<Ours[Name], Nodes[Name]> };

/** What a program that was written for Node's declarations says, said to ours. */
export async function program(signal: AbortSignal, folder: URL, bytes: Buffer): Promise<unknown> {
  const asBytes: Buffer = await readFile(folder);
  const asText: string = await readFile("file", { encoding: "utf8", flag: "r", signal });
  const asEither: Buffer | string = await readFile(bytes, { encoding: null as BufferEncoding | null });
  await writeFile("file", "text", { encoding: "utf8", mode: 0o600, flag: "wx", flush: true, signal });
  await writeFile("file", ["a", "b"]);
  await writeFile("file", (async function* () { yield "a"; })());
  await fs.appendFile("file", bytes, { flag: "a", flush: false });
  const names: string[] = await readdir(folder, { recursive: true });
  const buffers: Buffer[] = await readdir(folder, { encoding: "buffer" });
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  const stats: Stats = await stat("file");
  const bigint: BigIntStats = await stat("file", { bigint: true });
  await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 10 });
  const first: string | undefined = await fs.mkdir("a/b", { recursive: true, mode: "755" });
  await fs.cp("a", "b", { recursive: true, filter: async (from, to) => from !== to, preserveTimestamps: true });
  await fs.copyFile("a", "b", fs.constants.COPYFILE_EXCL);
  await fs.utimes("a", new Date(), "12");
  await fs.symlink("a", "b", "dir");
  const temporary: string = await fs.mkdtemp("/tmp/prefix-", "utf8");
  for await (const entry of await fs.opendir("a", { bufferSize: 8, recursive: true })) names.push(entry.name);
  for await (const { eventType, filename } of fs.watch("a", { signal, recursive: true })) names.push(eventType, filename ?? "");

  const handle: FileHandle = await open("file", fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644);
  const { bytesRead, buffer } = await handle.read({ buffer: new Uint8Array(8), offset: 0, length: 8, position: null });
  const { bytesWritten } = await handle.write("text", 0, "utf8");
  await handle.writev([bytes, new DataView(bytes.buffer)], 0);
  for await (const line of handle.readLines({ encoding: "utf8" })) names.push(line);
  handle.createReadStream({ start: 0, end: 9 }).pipe(handle.createWriteStream());
  await handle.close();
  return [asBytes, asText, asEither, buffers, entries, stats, bigint, first, temporary, bytesRead, buffer, bytesWritten];
}
