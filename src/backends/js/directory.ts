/** Open directories of a node:fs-shaped module. */

import type { DirectoryListing, Eventual, OpenDirectory, Path, Result } from "../engine";
import type { FileSystemShape, OpendirOptions, ShapeDir, ShapeDirent } from "../file-system-shape";
import { direntType, shapePath } from "./jobs";
import { having } from "./lacking";
import { bytesOf, listing, namesOf } from "./listing";
import { ask, ask0, resultOf } from "./steps";

/** Runs a job in the engine, when it is its turn. */
export type Run = <T>(kind: string, job: () => Promise<T | Result>) => Eventual<T | Result>;

/** Of no UV_DIRENT_*: Node's Dir would look for an entry of unknown type on the disk. */
const otherType = 255;

const optionsOf = (bufferSize: number, asBuffers: boolean): OpendirOptions => ({
  encoding: asBuffers ? ("buffer" as "utf8") : "utf8",
  bufferSize,
});

function now<T>(call: () => T): T | Result {
  try {
    return call();
  } catch (error) {
    return resultOf(error);
  }
}

class ModuleDirectory implements OpenDirectory {
  constructor(
    private readonly directory: ShapeDir,
    private readonly bufferSize: number,
    private readonly asBuffers: boolean,
    private readonly run: Run,
  ) {}

  read(): Eventual<Result | DirectoryListing> {
    return this.run("readDirectory", async () => {
      const entries: ShapeDirent[] = [];
      while (entries.length < this.bufferSize) {
        const entry = await ask<ShapeDirent | null>((done) => this.directory.read(done), null);
        if (typeof entry === "number") return entry;
        if (entry === null) break;
        entries.push(entry);
      }
      return this.listingOf(entries);
    });
  }

  readSync(): Result | DirectoryListing {
    return now(() => {
      const entries: ShapeDirent[] = [];
      while (entries.length < this.bufferSize) {
        const entry = this.directory.readSync();
        if (entry === null) break;
        entries.push(entry);
      }
      return this.listingOf(entries);
    });
  }

  close(): Eventual<Result> {
    return this.run("closeDirectory", () => ask0((done) => this.directory.close(done)));
  }

  closeSync(): Result {
    return now(() => {
      this.directory.closeSync();
      return 0;
    });
  }

  private listingOf(entries: readonly ShapeDirent[]): DirectoryListing {
    const names = entries.map(({ name }) => bytesOf(name));
    return namesOf(names, this.asBuffers, Uint8Array.from(entries, (entry) => direntType(entry) || otherType));
  }
}

/** Stands in where the module can only list: nothing is left to be read, or to be closed. */
class ListedDirectory implements OpenDirectory {
  private begin = 0;

  constructor(
    private readonly whole: DirectoryListing,
    private readonly bufferSize: number,
  ) {}

  read(): DirectoryListing {
    return this.readSync();
  }

  readSync(): DirectoryListing {
    const [begin, end] = [this.begin, this.begin + this.bufferSize];
    this.begin = Math.min(end, this.whole.names.length);
    const { names, isText, types } = this.whole;
    return { names: names.slice(begin, end), isText, joined: undefined, types: types?.slice(begin, end) };
  }

  close(): Result {
    return 0;
  }

  closeSync(): Result {
    return 0;
  }
}

export async function opendir(
  fs: FileSystemShape, path: Path, bufferSize: number, asBuffers: boolean, run: Run,
): Promise<Result | OpenDirectory> {
  const where = shapePath(path);
  if (typeof fs.opendir !== "function") {
    const encoding = asBuffers ? "buffer" : "utf8";
    const entries = await ask<(string | Buffer | ShapeDirent)[]>((done) => fs.readdir(where, { encoding, withFileTypes: true }, done), []);
    return typeof entries === "number" ? entries : new ListedDirectory(listing(entries, asBuffers, true), bufferSize);
  }
  const opened = await ask<ShapeDir | Result>((done) => having(fs, "opendir").opendir(where, optionsOf(bufferSize, asBuffers), done), 0);
  return typeof opened === "number" ? opened : new ModuleDirectory(opened, bufferSize, asBuffers, run);
}

export const opendirSync = (
  fs: FileSystemShape, path: Path, bufferSize: number, asBuffers: boolean, run: Run,
): Result | OpenDirectory =>
  now(() => {
    const opened = having(fs, "opendirSync").opendirSync(shapePath(path), optionsOf(bufferSize, asBuffers));
    return new ModuleDirectory(opened, bufferSize, asBuffers, run);
  });
