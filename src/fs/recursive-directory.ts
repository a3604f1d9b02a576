/** opendir with `recursive`: the order of entries, and the moment at which a directory below is opened, are Node's. */

import type { Dir, Dirent } from "node:fs";
import { join } from "node:path";
import type { Engine, Eventual } from "../backends/engine";
import { DirectoryHandle, DirOf, errorOfSync, FlatSource, type Batch, type EntrySource } from "./directory-handle";
import { comesAsText, DirentOf, type Name, type NameDecoding } from "./dirents";
import { nodeMajor } from "./oracle";
import { nodeFs } from "../backends/node-fs";

export interface WalkRequest {
  readonly decoding: NameDecoding;
  readonly bufferSize: number;
}

/** One thing asked of the engine, in either way. */
interface Step {
  later(): Eventual<unknown>;
  now(): unknown;
}

type Steps<T> = Generator<Step, T, unknown>;

function* asked<T>(later: () => Eventual<T>, now: () => T): Steps<T> {
  return (yield { later, now }) as T;
}

async function runLater<T>(steps: Steps<T>): Promise<T> {
  let turn = steps.next();
  while (!turn.done) {
    const answer = turn.value.later();
    turn = steps.next(answer instanceof Promise ? await answer : answer);
  }
  return turn.value;
}

function runNow<T>(steps: Steps<T>): T {
  let turn = steps.next();
  while (!turn.done) turn = steps.next(turn.value.now());
  return turn.value;
}

interface Below {
  readonly source: FlatSource;
  readonly path: string;
}

/** Before, Node gives only so many entries of each directory below as it reads at a time, and closes it at once. */
const readsAllBelow = nodeMajor >= 22;

/** Dir names the path it was opened with in every entry: these travel in the name's place, and RecursiveDir takes them out. */
const carriers = (entries: readonly Dirent[]): Batch => entries.flatMap((entry) => [entry, 1]);

const carried = (carrier: Dirent | null): Dirent | null => (carrier === null ? null : (carrier.name as unknown as Dirent));

class RecursiveSource implements EntrySource {
  private readonly entries: Dirent[] = [];
  /** By turns, each a few entries at a time. */
  private readonly below: Below[] = [];

  constructor(
    private readonly engine: Engine,
    private readonly root: FlatSource,
    private readonly path: unknown,
    private readonly request: WalkRequest,
  ) {}

  read(): Promise<Batch> {
    return runLater(this.next());
  }

  readSync(): Batch {
    return runNow(this.next());
  }

  close(): Promise<void> {
    return runLater(this.closeAll());
  }

  closeSync(): void {
    runNow(this.closeAll());
  }

  /** A directory comes alone: that it is opened is part of giving it. */
  private *next(): Steps<Batch> {
    yield* this.advance();
    const entry = this.entries.shift();
    if (entry === undefined) return null;
    const given = [entry];
    if (entry.isDirectory()) yield* this.open(entry);
    else while (this.below.length === 0 && this.entries[0]?.isDirectory() === false) given.push(...this.entries.splice(0, 1));
    return carriers(given);
  }

  /** What is below is read on before every entry, the root when there is nothing else. */
  private *advance(): Steps<void> {
    for (let turn = this.below.shift(); turn !== undefined; turn = this.below.shift()) {
      if (yield* this.readSome(turn.source, turn.path)) this.below.push(turn);
      else yield* this.closeOne(turn.source);
      if (this.entries.length > 0) return;
    }
    if (this.entries.length === 0) yield* this.readSome(this.root, this.path);
  }

  /** @returns false at the end */
  private *readSome(source: FlatSource, path: unknown): Steps<boolean> {
    const batch = yield* asked(() => source.read(), () => source.readSync());
    if (batch === null) return false;
    for (let index = 0; index < batch.length; index += 2)
      this.entries.push(new DirentOf(batch[index] as Name, batch[index + 1] as number, path));
    return true;
  }

  private *open({ parentPath, name }: Dirent): Steps<void> {
    // What is no text is refused by join, in the words that Node's users know.
    const path = join(parentPath, name);
    const { bufferSize, decoding } = this.request;
    const asBuffers = !comesAsText(decoding);
    const directory = yield* asked(
      () => this.engine.opendir(path, bufferSize, asBuffers, true),
      () => this.engine.opendirSync(path, bufferSize, asBuffers),
    );
    if (typeof directory === "number") throw errorOfSync(directory, "opendir", path);
    const source = new FlatSource(directory, path, decoding);
    if (readsAllBelow) {
      this.below.push({ source, path });
      return;
    }
    try {
      yield* this.readSome(source, path);
    } finally {
      yield* this.closeOne(source);
    }
  }

  private *closeOne(source: FlatSource): Steps<void> {
    yield* asked(() => source.close(), () => source.closeSync());
  }

  private *closeAll(): Steps<void> {
    for (const { source } of this.below.splice(0)) yield* this.closeOne(source);
    yield* this.closeOne(this.root);
  }
}

type Callback = (error: unknown, entry?: Dirent | null) => void;

const { read, readSync, [Symbol.asyncIterator]: iterate } = nodeFs.Dir.prototype as unknown as {
  readonly read: (this: Dir, ...args: unknown[]) => Promise<Dirent | null> | undefined;
  readonly readSync: (this: Dir) => Dirent | null;
  readonly [Symbol.asyncIterator]: (this: Dir) => AsyncGenerator<Dirent>;
};

async function* entries(this: Dir): AsyncGenerator<Dirent | null> {
  for await (const carrier of iterate.call(this)) yield carried(carrier);
}

const hidden = (value: unknown): PropertyDescriptor => ({ value, writable: true, configurable: true });

/** Between Dir and its prototype. Dir's own `constructor` shows through. */
const carriedOut = Object.create(nodeFs.Dir.prototype, {
  read: hidden(function (this: Dir, ...args: unknown[]): unknown {
    const [callback] = args;
    // Without a callback, or with a bad one, Dir does what the running Node does.
    if (typeof callback !== "function") return read.apply(this, args)?.then(carried);
    const call = callback as Callback;
    return read.call(this, (error: unknown, entry?: Dirent | null) => {
      if (error === null) call(null, carried(entry ?? null));
      else call(error, undefined);
    });
  }),
  readSync: hidden(function (this: Dir): Dirent | null {
    return carried(readSync.call(this));
  }),
  entries: hidden(entries),
  [Symbol.asyncIterator]: hidden(entries),
}) as Dir;

/** @param path as it was given */
export const recursiveDir = (engine: Engine, root: FlatSource, path: unknown, options: object, request: WalkRequest): Dir => {
  const handle = new DirectoryHandle(new RecursiveSource(engine, root, path, request));
  return Object.setPrototypeOf(new DirOf(handle, path, { ...options, recursive: false }), carriedOut) as Dir;
};
