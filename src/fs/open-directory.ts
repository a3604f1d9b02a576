/**
 * opendir: Node's own Dir over entries of the engine. Dir is given the object that reads and closes, and asks of it the
 * same on Node 20 to 26; whether it does so on the running Node is tried out once.
 */

import type { Dir } from "node:fs";
import { systemError } from "../errors";
import type { DirectoryListing } from "../backends/engine";
import { setImmediate } from "../backends/event-loop";
import { nodeFs } from "../backends/node-fs";
import { decodingOf, optionsOf, pathOf, type Options } from "./arguments";
import { comesAsText, decodedNames, unknownType, type Name, type NameDecoding } from "./dirents";
import type { Ground } from "./ground";

/** Names and types by turns. */
type Batch = (Name | number)[];

/** What waits for the end of an operation; without one, the operation is synchronous. */
interface Request {
  oncomplete(error: null, batch?: Batch | null): void;
}

/** In place of Node's native one. It holds no descriptor: everything was read when it was opened. */
class ListedDirectory {
  private begin = 0;

  constructor(
    private readonly names: Name[],
    private readonly types: Uint8Array | undefined,
  ) {}

  read(_encoding: unknown, size: number, request?: Request): Batch | null | undefined {
    const batch = this.next(size);
    if (request === undefined) return batch;
    setImmediate(() => request.oncomplete(null, batch));
    return undefined;
  }

  close(request?: Request): void {
    if (request !== undefined) setImmediate(() => request.oncomplete(null));
  }

  private next(size: number): Batch | null {
    if (this.begin >= this.names.length) return null;
    const batch: Batch = [];
    for (const name of this.names.slice(this.begin, this.begin + size)) {
      batch.push(name, this.types?.[this.begin] ?? unknownType);
      this.begin += 1;
    }
    return batch;
  }
}

type Handle = Pick<ListedDirectory, "read" | "close">;

// Node's declaration says that nobody can make one; the constructor is there and takes these on every version.
const DirOf = nodeFs.Dir as unknown as new (handle: Handle, path: unknown, options: unknown) => Dir;

/** Whether the running Node's Dir asks its handle what it is known to ask. */
function tryDir(): boolean {
  try {
    const listed = new DirOf(new ListedDirectory(["name"], Uint8Array.of(1)), "/", {});
    const entry = listed.readSync();
    const ended = listed.readSync() === null;
    listed.closeSync();
    let asked: Request | undefined;
    const handle: Handle = { read: (_encoding, _size, request) => ((asked = request), undefined), close: () => undefined };
    new DirOf(handle, "/", {}).read(() => undefined);
    return entry?.name === "name" && entry.isFile() && ended && typeof asked?.oncomplete === "function";
  } catch {
    return false;
  }
}

let tried: boolean | undefined;

/** Dir refuses a bad `bufferSize`; in Node's own opendir that happens where nobody can catch it, and the process ends. */
const refuseBadSize = (options: unknown): void => {
  if (typeof options !== "object" || options === null) return;
  const { bufferSize } = options as { bufferSize?: unknown };
  if (bufferSize !== undefined) new DirOf(new ListedDirectory([], undefined), "/", { bufferSize });
};

export type Opendir = (...args: unknown[]) => Promise<Dir>;

/** Node's is a promisified function, which its arguments' number means something to. */
const asNodes = (call: Opendir): Opendir =>
  Object.defineProperties(
    function opendir(...args: unknown[]) {
      return call(...args);
    },
    { length: { value: 3 } },
  );

/** Node's own opendir, but for what ends the process. */
export const guardedOpendir = (ofNode: Opendir): Opendir =>
  asNodes(async (...args) => {
    refuseBadSize(args[1]);
    return await ofNode(...args);
  });

interface OpendirRequest {
  readonly decoding: NameDecoding;
  /** As they were at the call: Node looks again when the directory is open, and dies of what it does not like then. */
  readonly options: Options;
}

const opendirRequestOf = (options: unknown): OpendirRequest | undefined => {
  const given = typeof options === "function" ? undefined : optionsOf(options);
  if (given === undefined) return undefined;
  // Every encoding must be one, but only an own one has an effect.
  const { encoding: checked } = given;
  const own = { ...given };
  const { encoding = "utf8" } = own;
  if (checked !== "buffer" && decodingOf(checked) === undefined) return undefined;
  const decoding = encoding === "buffer" ? encoding : decodingOf(encoding);
  return decoding === undefined ? undefined : { decoding: decoding === "bytes" ? "utf8" : decoding, options: own };
};

/** opendir(path[, options]): a Dir over the entries that are there now. */
export const makeOpendir = (engine: Ground): Opendir => {
  const guarded = guardedOpendir((...args) => engine.oracle.opendir(...args) as Promise<Dir>);
  return asNodes(async (...args) => {
    const [path, options] = args;
    const where = pathOf(path);
    const request = opendirRequestOf(options);
    const isCommon = args.length > 0 && args.length <= 2 && (tried ??= tryDir());
    if (where === undefined || request === undefined || !isCommon) return await guarded(...args);
    const { decoding } = request;
    const listing: number | DirectoryListing = await engine().readdir(where, !comesAsText(decoding), true);
    if (typeof listing === "number") throw systemError(listing, "opendir", where);
    const directory = new ListedDirectory(decodedNames(listing.names, decoding), listing.types);
    return new DirOf(directory, path instanceof URL ? where : path, request.options);
  });
};
