/** An engine that has so many descriptors open at a time, and waits where there are none left. */

import { errnoOf, failedStep } from "../errors";
import type { DirectoryListing, Engine, Eventual, OpenDirectory, OpenFile, Path, PathFailure, Result, TextEncoding } from "./engine";
import { EBADF, errnoNamed } from "./errno";
import { ForwardingEngine } from "./forwarding";
import { nodeFs } from "./node-fs";
import { DescriptorBudget, type Opening } from "./limited/budget";

export interface DescriptorLimits {
  /** Descriptors open at a time; undefined for as many as the system has. */
  readonly maxOpenFiles: number | undefined;
  /** Whether an operation for which the system has no descriptor waits until one of ours comes free. */
  readonly waits: boolean;
}

/** How directories are opened from which others are looked up. */
const places = nodeFs.constants.O_DIRECTORY | nodeFs.constants.O_NOFOLLOW;

/** As graceful-fs has it. */
const patience = 60_000;

const shortages: ReadonlySet<number> = new Set(["EMFILE", "ENFILE"].map(errnoNamed));

/** Jobs of several steps run out of descriptors where they open: nothing has been read or written by then. */
const opens: ReadonlySet<string> = new Set(["", "open", "scandir"]);

const isShortage = (result: number): boolean => result < 0 && shortages.has(errnoOf(result)) && opens.has(failedStep(result));

const isShort = (outcome: unknown): boolean => {
  if (typeof outcome === "number") return isShortage(outcome);
  return typeof outcome === "object" && outcome !== null && "result" in outcome && typeof outcome.result === "number" && isShortage(outcome.result);
};

/** A descriptor that stays open. */
interface Held {
  readonly fd: number;
}

const isOpenFile = (outcome: unknown): outcome is OpenFile => typeof outcome === "object" && outcome !== null && "fd" in outcome;

/** Who waits must not see what the caller's bytes become. */
const ownPath = (path: Path): Path => (typeof path === "string" ? path : Buffer.from(path));

class CountedDirectory implements OpenDirectory {
  #isOpen = true;

  /** @param onClosed called once */
  constructor(
    private readonly inner: OpenDirectory,
    private readonly onClosed: (directory: CountedDirectory) => void,
  ) {}

  read(): Eventual<Result | DirectoryListing> {
    return this.inner.read();
  }

  readSync(): Result | DirectoryListing {
    return this.inner.readSync();
  }

  close(): Eventual<Result> {
    const closing = this.inner.close();
    if (!(closing instanceof Promise)) return this.#closed(closing);
    return closing.then((result) => this.#closed(result));
  }

  closeSync(): Result {
    return this.#closed(this.inner.closeSync());
  }

  #closed(result: Result): Result {
    if (this.#isOpen) this.onClosed(this);
    this.#isOpen = false;
    return result;
  }
}

export class LimitedEngine extends ForwardingEngine {
  readonly #budget: DescriptorBudget;
  readonly #files = new Map<number, Held>();
  /** What a handle that nobody holds any more had open was closed by Node. */
  readonly #lost = new FinalizationRegistry<Held>((held) => this.#forget(held));
  readonly #lostDirectories = new FinalizationRegistry<DescriptorBudget>((budget) => budget.release(1));

  constructor(inner: Engine, { maxOpenFiles = Number.POSITIVE_INFINITY, waits }: DescriptorLimits) {
    super(inner);
    this.#budget = new DescriptorBudget({ most: maxOpenFiles, waits, patience });
  }

  override get pending(): number {
    return this.inner.pending + this.#budget.waiting;
  }

  /** @param owner closes the descriptor when it is collected, or takes it to another thread */
  ownedBy(owner: object, fd: number): void {
    const held = this.#files.get(fd);
    if (held !== undefined) this.#lost.register(owner, held, held);
  }

  override open(path: Path, flags: number, mode: number, at?: number): Eventual<Result | OpenFile> {
    // A copy holds the directories it is in, and would wait for itself.
    if ((flags & places) === places) return this.inner.open(path, flags, mode, at);
    const where = ownPath(path);
    return this.#take(1, () => this.inner.open(where, flags, mode, at));
  }

  override readFile(path: Path, flags: number, encoding: TextEncoding | undefined): Eventual<Result | Buffer | string | OpenFile> {
    const where = ownPath(path);
    return this.#take(1, () => this.inner.readFile(where, flags, encoding));
  }

  override writeFile(path: Path, view: ArrayBufferView, flags: number, mode: number, flush: boolean): Eventual<Result> {
    const where = ownPath(path);
    return this.#take(1, () => this.inner.writeFile(where, view, flags, mode, flush));
  }

  override copyDirectory(
    from: Path, to: Path, flags: number, mode: number, fromAt?: number, toAt?: number,
  ): Eventual<Result | DirectoryListing> {
    const source = ownPath(from);
    const target = ownPath(to);
    return this.#take(2, () => this.inner.copyDirectory(source, target, flags, mode, fromAt, toAt));
  }

  override copyFile(from: Path, to: Path, flags: number, fromAt?: number, toAt?: number): Eventual<Result> {
    const source = ownPath(from);
    const target = ownPath(to);
    return this.#take(2, () => this.inner.copyFile(source, target, flags, fromAt, toAt));
  }

  override readdir(path: Path, asBuffers: boolean, withTypes: boolean, at?: number): Eventual<Result | DirectoryListing> {
    const where = ownPath(path);
    return this.#take(1, () => this.inner.readdir(where, asBuffers, withTypes, at));
  }

  /** One for each level of the tree, in truth: it is one job, and cannot stop half-way. */
  override removeTree(path: Path): Eventual<Result | PathFailure> {
    const where = ownPath(path);
    return this.#take(1, () => this.inner.removeTree(where));
  }

  override opendir(path: Path, bufferSize: number, asBuffers: boolean, below = false): Eventual<Result | OpenDirectory> {
    const where = ownPath(path);
    const opening = this.#take<Result | OpenDirectory>(1, () => this.inner.opendir(where, bufferSize, asBuffers, below), below);
    return opening instanceof Promise ? opening.then((opened) => this.#counted(opened)) : this.#counted(opening);
  }

  /** Cannot wait. */
  override opendirSync(path: Path, bufferSize: number, asBuffers: boolean): Result | OpenDirectory {
    const opened = this.inner.opendirSync(path, bufferSize, asBuffers);
    if (typeof opened !== "number") this.#budget.hold();
    return this.#counted(opened);
  }

  override close(fd: number, traits: number): Eventual<Result> {
    const held = this.#files.get(fd);
    if (held === undefined) return this.inner.close(fd, traits);
    // The number may be another file's before this one's end is heard of.
    this.#files.delete(fd);
    this.#lost.unregister(held);
    const closing = this.inner.close(fd, traits);
    const closed = (result: Result): Result => {
      this.#budget.release(1);
      return result;
    };
    return closing instanceof Promise ? closing.then(closed) : closed(closing);
  }

  override async end(): Promise<void> {
    await this.#budget.end();
    await this.inner.end();
  }

  #take<T>(takes: number, attempt: () => Eventual<T | Result>, unasked = false): Eventual<T | Result> {
    const opening: Opening<T | Result> = {
      takes,
      attempt,
      isShort,
      keeps: (outcome) => {
        if (!isOpenFile(outcome)) return typeof outcome === "object" && outcome !== null && "closeSync" in outcome ? 1 : 0;
        this.#files.set(outcome.fd, { fd: outcome.fd });
        return 1;
      },
      refused: () => EBADF,
    };
    return this.#budget.take(opening, unasked);
  }

  #counted(opened: Result | OpenDirectory): Result | OpenDirectory {
    if (typeof opened === "number") return opened;
    const directory = new CountedDirectory(opened, (closed) => {
      this.#lostDirectories.unregister(closed);
      this.#budget.release(1);
    });
    this.#lostDirectories.register(directory, this.#budget, directory);
    return directory;
  }

  #forget(held: Held): void {
    if (this.#files.get(held.fd) !== held) return;
    this.#files.delete(held.fd);
    this.#budget.release(1);
  }
}
