/**
 * An ordinary program over the fs/promises interface: walk a tree, hash every file, copy it, verify the copy, and, in
 * a second part, remove it. It knows nothing about which implementation it is handed; that is the point of the demo.
 */

import { createHash } from "node:crypto";
import { join } from "node:path";

export type FileSystem = typeof import("node:fs/promises");

export interface Outcome {
  readonly files: number;
  readonly bytes: number;
  /** Over the sorted relative paths and the contents behind them. */
  readonly digest: string;
}

export type Report = (phase: "walking" | "reading" | "copying" | "verifying", done: number, total: number) => void;

interface Entry {
  readonly path: string;
  readonly kind: "directory" | "file" | "link";
}

interface Contents {
  readonly hash: string;
  readonly bytes: number;
}

const concurrency = 32;
/** A file above this is read and written in slices, so that memory stays flat. */
const wholeFileLimit = 16 * 1024 * 1024;
const sliceLength = 1024 * 1024;

export async function copyAndVerify(
  fs: FileSystem,
  source: string,
  target: string,
  excluded: readonly string[],
  report: Report,
): Promise<Outcome> {
  const entries = await walk(fs, source, excluded, report);
  const files = entries.filter((entry) => entry.kind === "file");
  const links = entries.filter((entry) => entry.kind === "link");

  await fs.mkdir(target, { recursive: true });
  for (const { path, kind } of entries) if (kind === "directory") await fs.mkdir(join(target, path));

  const copied = await forEach(files, ({ path }) => copyFile(fs, join(source, path), join(target, path)), (done) => {
    report("copying", done, files.length);
  });
  const linked = await forEach(links, ({ path }) => copyLink(fs, join(source, path), join(target, path)));

  await forEach(files, ({ path }, index) => verifyFile(fs, join(target, path), copied[index]), (done) => {
    report("verifying", done, files.length);
  });

  const content = new Map<string, string>();
  files.forEach(({ path }, index) => content.set(path, copied[index]?.hash ?? ""));
  links.forEach(({ path }, index) => content.set(path, `-> ${linked[index] ?? ""}`));
  const digest = createHash("sha256");
  for (const path of entries.map((entry) => entry.path).sort()) digest.update(`${path}\0${content.get(path) ?? "/"}\0`);
  return {
    files: files.length,
    bytes: copied.reduce((sum, { bytes }) => sum + bytes, 0),
    digest: digest.digest("hex"),
  };
}

export async function removeCopy(fs: FileSystem, target: string): Promise<void> {
  await fs.rm(target, { recursive: true });
}

/** Reads everything once, so that whoever comes first does not wait for the disk on behalf of the others. */
export async function warmUp(fs: FileSystem, source: string, excluded: readonly string[], report: Report): Promise<void> {
  const files = (await walk(fs, source, excluded, report)).filter((entry) => entry.kind === "file");
  await forEach(files, ({ path }) => eachSlice(fs, join(source, path), () => Promise.resolve()), (done) => {
    report("reading", done, files.length);
  });
}

/** Parents come before their children. Sockets, FIFOs and devices are left out. */
async function walk(fs: FileSystem, source: string, excluded: readonly string[], report: Report): Promise<Entry[]> {
  const entries: Entry[] = [];
  let level = [""];
  while (level.length > 0) {
    const listings = await forEach(level, (folder) => fs.readdir(join(source, folder), { withFileTypes: true }));
    const next: string[] = [];
    listings.forEach((listing, index) => {
      for (const dirent of listing) {
        const path = join(level[index] ?? "", dirent.name);
        if (excluded.includes(join(source, path))) continue;
        if (dirent.isFile()) entries.push({ path, kind: "file" });
        else if (dirent.isSymbolicLink()) entries.push({ path, kind: "link" });
        else if (dirent.isDirectory()) {
          entries.push({ path, kind: "directory" });
          next.push(path);
        }
      }
    });
    level = next;
    report("walking", entries.length, entries.length);
  }
  return entries;
}

async function copyFile(fs: FileSystem, source: string, target: string): Promise<Contents> {
  const { mode: modeAndType, size } = await fs.lstat(source);
  const mode = modeAndType & 0o777;
  if (size > wholeFileLimit) return copyInSlices(fs, source, target, mode);
  const data = await fs.readFile(source);
  await fs.writeFile(target, data, { mode });
  return { hash: hashOf(data), bytes: data.length };
}

async function copyInSlices(fs: FileSystem, source: string, target: string, mode: number): Promise<Contents> {
  const output = await fs.open(target, "wx", mode);
  try {
    return await eachSlice(fs, source, async (slice, position) => {
      for (let written = 0; written < slice.length; ) {
        const { bytesWritten } = await output.write(slice, written, slice.length - written, position + written);
        written += bytesWritten;
      }
    });
  } finally {
    await output.close();
  }
}

async function verifyFile(fs: FileSystem, copy: string, expected: Contents | undefined): Promise<void> {
  const { size } = await fs.stat(copy);
  const hash =
    size > wholeFileLimit ? (await eachSlice(fs, copy, () => Promise.resolve())).hash : hashOf(await fs.readFile(copy));
  if (size !== expected?.bytes || hash !== expected.hash) throw new Error(`the copy differs from its source: ${copy}`);
}

async function eachSlice(
  fs: FileSystem,
  path: string,
  use: (slice: Buffer, position: number) => Promise<void>,
): Promise<Contents> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(sliceLength);
  const input = await fs.open(path);
  try {
    let position = 0;
    for (;;) {
      const { bytesRead } = await input.read(buffer, 0, sliceLength, position);
      if (bytesRead === 0) return { hash: hash.digest("hex"), bytes: position };
      const slice = buffer.subarray(0, bytesRead);
      hash.update(slice);
      await use(slice, position);
      position += bytesRead;
    }
  } finally {
    await input.close();
  }
}

async function copyLink(fs: FileSystem, source: string, target: string): Promise<string> {
  const destination = await fs.readlink(source);
  await fs.symlink(destination, target);
  return destination;
}

const hashOf = (data: Buffer): string => createHash("sha256").update(data).digest("hex");

/** Results in the order of `items`; at most `concurrency` at work; after a failure nothing new begins. */
async function forEach<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
  progress?: (done: number) => void,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  let done = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as Item, index);
      } catch (error) {
        failed = true;
        throw error;
      }
      progress?.(++done);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return results;
}
