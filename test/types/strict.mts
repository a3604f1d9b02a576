/** Compiled, never run: what the functions would refuse, our types refuse. */

import type { BigIntStats, Dirent, Stats } from "node:fs";
import { AsyncContext, createFs } from "caio";
import fs, { open, readFile, stat, writeFile } from "caio/fs";

export async function refused(path: string, bytes: Uint8Array): Promise<unknown> {
  // @ts-expect-error a number is no options
  await readFile(path, 1);
  // @ts-expect-error there is no such encoding
  await readFile(path, "utf9");
  // @ts-expect-error there is no such encoding
  await readFile(path, { encoding: "utf9" });
  // @ts-expect-error there is no such option
  await readFile(path, { coding: "utf8" });
  // @ts-expect-error a flag is a string or a number
  await readFile(path, { flag: true });
  // @ts-expect-error a controller is no signal
  await readFile(path, { signal: new AbortController() });
  // @ts-expect-error a descriptor is no path here
  await readFile(1);
  // @ts-expect-error memory is a view
  await readFile(path, { buffer: new ArrayBuffer(8) });
  // @ts-expect-error neither is it with an encoding
  await readFile(path, { buffer: bytes, encoding: "utf8" });
  // @ts-expect-error bytes are no text
  const text: string = await readFile(path);
  // @ts-expect-error text is no bytes
  const content: Buffer = await readFile(path, "utf8");
  // @ts-expect-error it may be bytes
  const either: string = await readFile(path, { encoding: null as BufferEncoding | null });

  // @ts-expect-error the data is missing
  await writeFile(path);
  // @ts-expect-error a number is no data
  await writeFile(path, 1);
  // @ts-expect-error nor is an object
  await writeFile(path, { toString: () => "text" });
  // @ts-expect-error nor memory without a view
  await writeFile(path, new ArrayBuffer(8));
  // @ts-expect-error nor numbers out of an iterable
  await writeFile(path, [1, 2]);
  // @ts-expect-error to flush or not to flush
  await writeFile(path, "text", { flush: "yes" });
  // @ts-expect-error there is no such option
  await fs.appendFile(path, "text", { flags: "a" });
  // @ts-expect-error a length is a number
  await fs.truncate(path, "1");

  // @ts-expect-error a mode is a number or octal digits
  await open(path, "r", true);
  // @ts-expect-error flags are not among options
  await open(path, { flags: "r" });
  // @ts-expect-error a path is not a number
  await fs.access(1);
  // @ts-expect-error a mode of access is a number
  await fs.access(path, "r");
  // @ts-expect-error a second path is missing
  await fs.rename(path);
  // @ts-expect-error an option has another type
  await fs.rm(path, { recursive: 1 });
  // @ts-expect-error null is no options here
  await fs.rm(path, null);
  // @ts-expect-error a filter is a function
  await fs.cp(path, path, { filter: /\.ts$/ });
  // @ts-expect-error which is given strings
  await fs.cp(path, path, { filter: (source: number) => source > 1 });

  // @ts-expect-error an option has another type
  await fs.mkdir(path, { recursive: "yes" });
  // @ts-expect-error without "recursive", nothing comes back
  const made: string | undefined = await fs.mkdir(path);
  // @ts-expect-error names are text by default
  const names: Buffer[] = await fs.readdir(path);
  // @ts-expect-error entries are no names
  const entries: string[] = await fs.readdir(path, { withFileTypes: true });
  // @ts-expect-error their names are bytes
  const named: Dirent<string>[] = await fs.readdir(path, { withFileTypes: true, encoding: "buffer" });
  // @ts-expect-error bytes are no default
  const target: Buffer = await fs.readlink(path);
  // @ts-expect-error a type is a string
  await fs.symlink(path, path, 1);

  // @ts-expect-error bigints are no default
  const exact: BigIntStats = await stat(path);
  // @ts-expect-error it may be missing
  const found: Stats = await stat(path, { throwIfNoEntry: false });
  // @ts-expect-error it may be missing
  const known: Stats | BigIntStats = await stat(path, { throwIfNoEntry: false as boolean });
  // @ts-expect-error a group is missing
  await fs.chown(path, 1);
  // @ts-expect-error a time is no bigint
  await fs.utimes(path, 1n, 1n);
  // @ts-expect-error permissions have to be given
  await fs.chmod(path);
  // @ts-expect-error its functions cannot be replaced
  fs.stat = stat;
  return [text, content, either, made, names, entries, named, target, exact, found, known];
}

export async function refusedByHandle(path: string, bytes: Uint8Array): Promise<unknown> {
  const handle = await open(path);
  // @ts-expect-error a handle's number is its own
  handle.fd = 1;
  // @ts-expect-error a number cannot be read into
  await handle.read(8);
  // @ts-expect-error a length is a number
  await handle.read(bytes, 0, "2");
  // @ts-expect-error nor is it among options
  await handle.read({ length: "2" });
  // @ts-expect-error one view is no list of them
  await handle.readv(bytes);
  // @ts-expect-error there is no such encoding
  await handle.write("text", null, "utf9");
  // @ts-expect-error an object is no data
  await handle.writeFile({});
  // @ts-expect-error bytes are no text
  const text: string = await handle.readFile();
  // @ts-expect-error there is no such option
  handle.createReadStream({ begin: 1 });
  // @ts-expect-error the buffer comes back that was given
  const { buffer }: { buffer: DataView } = await handle.read(bytes);
  return [text, buffer];
}

export async function refusedBelow(): Promise<void> {
  // @ts-expect-error there is no such backend
  createFs({ backend: "aio" });
  // @ts-expect-error it is no module of node:fs's shape
  createFs({ backend: "js", fs: 1 });
  // @ts-expect-error a number of requests is a number
  await using context = new AsyncContext({ maxRequests: "1" });
  // @ts-expect-error a descriptor is a number
  await context.read(8, "1");
}
