/**
 * What stands where Node's own Dir has its native handle: Dir asks it for entries and to be closed, the same on Node 20
 * to 26. Whether it does so on the running Node is tried out once.
 */

import type { Dir, Dirent } from "node:fs";
import { nextTick } from "../backends/event-loop";
import type { DirectoryListing, Eventual, OpenDirectory, Path, Result } from "../backends/engine";
import { errnoOf, systemError } from "../errors";
import { decodedNames, unknownType, type Name, type NameDecoding } from "./dirents";
import { nodeFs } from "../backends/node-fs";

/** Names and types by turns, as Dir makes its Dirents of them; null at the end. */
export type Batch = (Name | Dirent | number)[] | null;

/** Where entries come from. What goes wrong is thrown. */
export interface EntrySource {
  read(): Eventual<Batch>;
  readSync(): Batch;
  close(): Eventual<void>;
  closeSync(): void;
}

/** What waits for the end of an operation; without one, the operation is synchronous. */
interface Request {
  oncomplete(error: unknown, batch?: Batch): void;
}

/** Node 20 looks here for what went wrong in a synchronous operation. */
interface Context {
  errno?: number;
  syscall?: string;
}

export interface Handle {
  read(encoding: unknown, size: number, request?: Request, context?: Context): Batch | undefined;
  close(request?: Request): void;
}

// Node's declaration says that nobody can make one; the constructor is there and takes these on every version.
export const DirOf = nodeFs.Dir as unknown as new (handle: Handle, path: unknown, options: unknown) => Dir;

/** In a tick of its own: what a callback throws is the callback's affair, as after Node's own operations. */
const answer = (request: Request, error: unknown, ...batch: [] | [Batch]): void =>
  nextTick(() => request.oncomplete(error, ...batch));

export class DirectoryHandle implements Handle {
  constructor(private readonly source: EntrySource) {}

  read(_encoding: unknown, _size: number, request?: Request): Batch | undefined {
    if (request === undefined) return this.source.readSync();
    void this.readFor(request);
    return undefined;
  }

  close(request?: Request): void {
    if (request === undefined) this.source.closeSync();
    else void this.closeFor(request);
  }

  private async readFor(request: Request): Promise<void> {
    try {
      const reading = this.source.read();
      answer(request, null, reading instanceof Promise ? await reading : reading);
    } catch (error) {
      answer(request, error, undefined as never);
    }
  }

  private async closeFor(request: Request): Promise<void> {
    try {
      await this.source.close();
      answer(request, null);
    } catch (error) {
      answer(request, error);
    }
  }
}

const noEntries: Handle = { read: () => null, close: () => undefined };

/** Whether the running Node's Dir asks its handle what it is known to ask. */
export function tryDir(): boolean {
  try {
    const batches: Batch[] = [["name", 1]];
    const read = new DirOf({ ...noEntries, read: () => batches.shift() ?? null }, "/", {});
    const entry = read.readSync();
    const ended = read.readSync() === null;
    read.closeSync();
    let asked: Request | undefined;
    new DirOf({ ...noEntries, read: (_encoding, _size, request) => ((asked = request), undefined) }, "/", {}).read(() => undefined);
    return entry?.name === "name" && entry.isFile() && ended && typeof asked?.oncomplete === "function";
  } catch {
    return false;
  }
}

/**
 * Dir refuses a bad `bufferSize`, one that is there and undefined too; in Node's own opendir that happens where nobody can catch it, and the
 * process ends.
 */
export const refuseBadSize = ({ ...own }: { readonly bufferSize?: unknown }): void => {
  if ("bufferSize" in own) new DirOf(noEntries, "/", { bufferSize: own.bufferSize });
};

/** The error of a step that Node makes synchronously, with its own keys in its own order. */
export function errorOfSync(result: Result, syscall: "opendir" | "readdir", path: Path): unknown {
  const failing: Handle = {
    ...noEntries,
    read: (_encoding, _size, _request, context) => {
      if (context === undefined) throw systemError(result, syscall, syscall === "opendir" ? path : undefined);
      context.errno = errnoOf(result);
      context.syscall = syscall;
      return undefined;
    },
  };
  try {
    return new DirOf(failing, path, {}).readSync();
  } catch (error) {
    return error;
  }
}

/** One directory's entries, and none of those below. */
export class FlatSource implements EntrySource {
  constructor(
    private readonly directory: OpenDirectory,
    private readonly path: Path,
    private readonly decoding: NameDecoding,
  ) {}

  read(): Eventual<Batch> {
    const reading = this.directory.read();
    return reading instanceof Promise ? reading.then((read) => this.later(read)) : this.later(reading);
  }

  readSync(): Batch {
    const read = this.directory.readSync();
    if (typeof read === "number") throw errorOfSync(read, "readdir", this.path);
    return this.batchOf(read);
  }

  async close(): Promise<void> {
    const closed = await this.directory.close();
    if (closed < 0) throw systemError(closed, "closedir");
  }

  closeSync(): void {
    const closed = this.directory.closeSync();
    if (closed < 0) throw systemError(closed, "closedir");
  }

  private later(read: Result | DirectoryListing): Batch {
    if (typeof read === "number") throw systemError(read, "readdir");
    return this.batchOf(read);
  }

  private batchOf({ names, types }: DirectoryListing): Batch {
    if (names.length === 0) return null;
    const batch: (Name | number)[] = [];
    let index = 0;
    for (const name of decodedNames(names, this.decoding)) batch.push(name, types?.[index++] ?? unknownType);
    return batch;
  }
}
