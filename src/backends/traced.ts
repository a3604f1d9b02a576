/** An engine that publishes what it does on the channels of `tracing:caio:operation`. In the path only while somebody listens. */

import { failedStep, systemError } from "../errors";
import { continued, shaped, type Continuation } from "./continuation";
import type {
  ContextRequest, DirectoryListing, Engine, Eventual, Handed, Name, OpenDirectory, OpenFile, Path, PathFailure, Result, StatFields, StatShape, TransferRequest, TextEncoding,
} from "./engine";
import { ForwardingEngine } from "./forwarding";
import { asyncEnd, asyncStart, end, error, start, type OperationContext, type Publishing } from "./tracing";

type About = Pick<OperationContext, "path" | "dest" | "fd" | "bytes">;

/** Node's names for what libuv calls otherwise. */
const syscalls: Readonly<Record<string, string>> = {
  copyFile: "copyfile", copyDirectory: "mkdir", lutimes: "lutime", makePath: "mkdir", openDirectory: "opendir", readFile: "open", readdir: "scandir",
  readv: "read", removeTree: "rm", utimes: "utime", writeFile: "open", writev: "write", futimes: "futime",
};

const movers: ReadonlySet<string> = new Set(["read", "readv", "write", "writev"]);

const bytesOf = (views: readonly ArrayBufferView[]): number => views.reduce((sum, view) => sum + view.byteLength, 0);

const aboutTransfer = (fd: number, length: number): About => ({ fd, ...(length > 0 ? { bytes: length } : {}) });

/** What is told is told before the caller's own continuation goes on. */
const unchanged: Continuation<Result> = { settle: (result) => result };

const isFields = (outcome: unknown): outcome is StatFields => typeof outcome === "object" && outcome !== null && "bigints" in outcome;

/** −errno in an outcome that means a failure. */
function failureIn(outcome: unknown): number {
  if (typeof outcome === "number") return Math.min(outcome, 0);
  return typeof outcome === "object" && outcome !== null && "result" in outcome ? Math.min(Number(outcome.result), 0) : 0;
}

function complete(context: OperationContext, outcome: unknown): void {
  const failure = failureIn(outcome);
  if (failure < 0) {
    const syscall = failedStep(failure) || (syscalls[context.function] ?? context.function);
    context.error = systemError(failure, syscall, context.path, context.dest);
    error.publish(context);
  } else {
    context.result = outcome;
    if (typeof outcome === "number" && movers.has(context.function)) context.bytes = outcome;
    else if (typeof outcome === "string") context.bytes = Buffer.byteLength(outcome);
    else if (outcome instanceof Uint8Array) context.bytes = outcome.byteLength;
  }
  asyncStart.publish(context);
  asyncEnd.publish(context);
}

class TracedEngine extends ForwardingEngine implements Publishing {
  get behind(): Engine {
    return this.inner;
  }

  override read(fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number): Eventual<Result> {
    return this.#trace("read", { fd, bytes: length }, () => this.inner.read(fd, view, offset, length, position, traits));
  }

  override write(fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number): Eventual<Result> {
    return this.#trace("write", { fd, bytes: length }, () => this.inner.write(fd, view, offset, length, position, traits));
  }

  override readThen<T>(
    continuation: Continuation<T>, fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number,
  ): Result | Promise<T> {
    const operation = (): Eventual<Result> => this.inner.readThen(unchanged, fd, view, offset, length, position, traits);
    return continued(this.#trace("read", { fd, bytes: length }, operation), continuation, view);
  }

  override writeThen<T>(
    continuation: Continuation<T>, fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number,
  ): Result | Promise<T> {
    const operation = (): Eventual<Result> => this.inner.writeThen(unchanged, fd, view, offset, length, position, traits);
    return continued(this.#trace("write", { fd, bytes: length }, operation), continuation, view);
  }

  override readv(fd: number, views: readonly ArrayBufferView[], position: number, traits: number): Eventual<Result> {
    return this.#trace("readv", { fd, bytes: bytesOf(views) }, () => this.inner.readv(fd, views, position, traits));
  }

  override writev(fd: number, views: readonly ArrayBufferView[], position: number, traits: number): Eventual<Result> {
    return this.#trace("writev", { fd, bytes: bytesOf(views) }, () => this.inner.writev(fd, views, position, traits));
  }

  override fsync(fd: number): Eventual<Result> {
    return this.#trace("fsync", { fd }, () => this.inner.fsync(fd));
  }

  override fdatasync(fd: number): Eventual<Result> {
    return this.#trace("fdatasync", { fd }, () => this.inner.fdatasync(fd));
  }

  override ftruncate(fd: number, length: number): Eventual<Result> {
    return this.#trace("ftruncate", { fd, bytes: length }, () => this.inner.ftruncate(fd, length));
  }

  override open(path: Path, flags: number, mode: number, at?: number): Eventual<Result | OpenFile> {
    return this.#trace("open", { path }, () => this.inner.open(path, flags, mode, at));
  }

  override close(fd: number, traits: number): Eventual<Result> {
    return this.#trace("close", { fd }, () => this.inner.close(fd, traits));
  }

  override stat(path: Path, followLinks: boolean): Eventual<Result | StatFields> {
    return this.#trace(followLinks ? "stat" : "lstat", { path }, () => this.inner.stat(path, followLinks));
  }

  override statAs<T extends object>(path: Path, followLinks: boolean, shape: StatShape<T>): Eventual<Result | T> {
    return shaped(this.stat(path, followLinks), shape);
  }

  override fstat(fd: number): Eventual<Result | StatFields> {
    return this.#trace("fstat", { fd }, () => this.inner.fstat(fd));
  }

  override statfs(path: Path): Eventual<Result | StatFields> {
    return this.#trace("statfs", { path }, () => this.inner.statfs(path));
  }

  override access(path: Path, mode: number): Eventual<Result> {
    return this.#trace("access", { path }, () => this.inner.access(path, mode));
  }

  override chmod(path: Path, mode: number, at?: number): Eventual<Result> {
    return this.#trace("chmod", { path }, () => this.inner.chmod(path, mode, at));
  }

  override fchmod(fd: number, mode: number): Eventual<Result> {
    return this.#trace("fchmod", { fd }, () => this.inner.fchmod(fd, mode));
  }

  override chown(path: Path, uid: number, gid: number, followLinks: boolean): Eventual<Result> {
    return this.#trace(followLinks ? "chown" : "lchown", { path }, () => this.inner.chown(path, uid, gid, followLinks));
  }

  override fchown(fd: number, uid: number, gid: number): Eventual<Result> {
    return this.#trace("fchown", { fd }, () => this.inner.fchown(fd, uid, gid));
  }

  override utimes(path: Path, atime: number, mtime: number, followLinks: boolean, at?: number): Eventual<Result> {
    return this.#trace(followLinks ? "utimes" : "lutimes", { path }, () => this.inner.utimes(path, atime, mtime, followLinks, at));
  }

  override futimes(fd: number, atime: number, mtime: number): Eventual<Result> {
    return this.#trace("futimes", { fd }, () => this.inner.futimes(fd, atime, mtime));
  }

  override mkdir(path: Path, mode: number, recursive: boolean, at?: number): Eventual<Result | string | PathFailure> {
    return this.#trace(recursive ? "makePath" : "mkdir", { path }, () => this.inner.mkdir(path, mode, recursive, at));
  }

  override rmdir(path: Path): Eventual<Result> {
    return this.#trace("rmdir", { path }, () => this.inner.rmdir(path));
  }

  override unlink(path: Path, at?: number): Eventual<Result> {
    return this.#trace("unlink", { path }, () => this.inner.unlink(path, at));
  }

  override rename(from: Path, to: Path): Eventual<Result> {
    return this.#trace("rename", { path: from, dest: to }, () => this.inner.rename(from, to));
  }

  override link(from: Path, to: Path): Eventual<Result> {
    return this.#trace("link", { path: from, dest: to }, () => this.inner.link(from, to));
  }

  override symlink(target: Path, path: Path, at?: number): Eventual<Result> {
    return this.#trace("symlink", { path: target, dest: path }, () => this.inner.symlink(target, path, at));
  }

  override readlink(path: Path, asBuffer: boolean, at?: number): Eventual<Result | Name> {
    return this.#trace("readlink", { path }, () => this.inner.readlink(path, asBuffer, at));
  }

  override realpath(path: Path, asBuffer: boolean): Eventual<Result | Name> {
    return this.#trace("realpath", { path }, () => this.inner.realpath(path, asBuffer));
  }

  override mkdtemp(template: Path, asBuffer: boolean): Eventual<Result | Name | PathFailure> {
    return this.#trace("mkdtemp", { path: template }, () => this.inner.mkdtemp(template, asBuffer));
  }

  override copyDirectory(
    from: Path, to: Path, flags: number, mode: number, fromAt?: number, toAt?: number,
  ): Eventual<Result | DirectoryListing> {
    const copy = (): Eventual<Result | DirectoryListing> => this.inner.copyDirectory(from, to, flags, mode, fromAt, toAt);
    return this.#trace("copyDirectory", { path: from, dest: to }, copy);
  }

  override copyFile(from: Path, to: Path, flags: number, fromAt?: number, toAt?: number): Eventual<Result> {
    return this.#trace("copyFile", { path: from, dest: to }, () => this.inner.copyFile(from, to, flags, fromAt, toAt));
  }

  override readdir(path: Path, asBuffers: boolean, withTypes: boolean, at?: number): Eventual<Result | DirectoryListing> {
    return this.#trace("readdir", { path }, () => this.inner.readdir(path, asBuffers, withTypes, at));
  }

  override opendir(path: Path, bufferSize: number, asBuffers: boolean, below?: boolean): Eventual<Result | OpenDirectory> {
    return this.#trace("openDirectory", { path }, () => this.inner.opendir(path, bufferSize, asBuffers, below));
  }

  override readFile(path: Path, flags: number, encoding: TextEncoding | undefined): Eventual<Result | Buffer | string | OpenFile> {
    return this.#trace("readFile", { path }, () => this.inner.readFile(path, flags, encoding));
  }

  override writeFile(path: Path, view: ArrayBufferView, flags: number, mode: number, flush: boolean): Eventual<Result> {
    return this.#trace("writeFile", { path, bytes: view.byteLength }, () => this.inner.writeFile(path, view, flags, mode, flush));
  }

  override removeTree(path: Path): Eventual<Result | PathFailure> {
    return this.#trace("removeTree", { path }, () => this.inner.removeTree(path));
  }

  override submit(requests: readonly ContextRequest[]): Handed[] {
    const contexts = requests.map(({ kind, fd, length }) => this.#contextOf(kind, aboutTransfer(fd, length)));
    for (const context of contexts.slice(1)) start.publish(context);
    return start.runStores(contexts[0], () =>
      this.inner.submit(requests).map(({ ticket, result }, index) => {
        const context = contexts[index];
        return context === undefined ? { ticket, result } : { ticket, result: this.#follow(context, result) };
      }),
    );
  }

  override submitThen<T>(continuation: Continuation<T>, request: TransferRequest): Result | Promise<T> {
    const { kind, fd, length, view } = request;
    const outcome = this.#trace(kind, aboutTransfer(fd, length), () => this.inner.submitThen(unchanged, request));
    return continued(outcome, continuation, view);
  }

  #trace<T>(kind: string, about: About, operation: () => Eventual<T>): Eventual<T> {
    const context = this.#contextOf(kind, about);
    return start.runStores(context, () => this.#follow(context, operation()));
  }

  #contextOf(kind: string, about: About): OperationContext {
    return { function: kind, ...about, backend: this.backend };
  }

  #follow<T>(context: OperationContext, outcome: Eventual<T>): Eventual<T> {
    const isPending = outcome instanceof Promise;
    context.servedBy = isPending || this.backend === "js" ? this.backend : "try-now";
    if (!isPending) {
      // A listener that calls caio would have the engine write over its scratch.
      const kept = isFields(outcome) ? ({ first: outcome.first, numbers: outcome.numbers.slice(), bigints: outcome.bigints.slice() } as T) : outcome;
      end.publish(context);
      complete(context, kept);
      return kept;
    }
    end.publish(context);
    return outcome.then((settled) => {
      complete(context, settled);
      return settled;
    });
  }
}

const known = new WeakMap<Engine, TracedEngine>();

export function tracedEngine(engine: Engine): Engine {
  let made = known.get(engine);
  if (made === undefined) known.set(engine, (made = new TracedEngine(engine)));
  return made;
}
