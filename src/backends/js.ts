/** The backend without native code: drives node:fs, or any module of its shape, through the callback API. */

import { continued, shaped, type Continuation } from "./continuation";
import {
  traits,
  type ContextRequest, type DirectoryListing, type Engine, type Eventual, type Handed, type Name, type OpenFile,
  type EngineStats, type OpenDirectory, type OperationCounters, type Path, type PathFailure, type Result, type StatFields, type StatShape, type TransferRequest, TextEncoding,
} from "./engine";
import { EBADF, ENOTSUP } from "./errno";
import type { DoneWith, FileSystemShape, NameOptions, ShapeDirent, ShapeStatFs, ShapeStats } from "./file-system-shape";
import { Hits } from "./hits";
import { opendir, opendirSync, type Run } from "./js/directory";
import { makePath, makeTemporary, nameAs, readFile, removeTree, shapePath, writeFile } from "./js/jobs";
import { having } from "./js/lacking";
import { listing } from "./js/listing";
import { Slots } from "./js/slots";
import { shapeTime, statFields, statfsFields } from "./js/stat-fields";
import { ask, ask0 } from "./js/steps";
import { impossible, readAll, readOnce, span, writeAll, writeOnce } from "./js/transfer";
import { nodeFs } from "./node-fs";

export interface JsEngineOptions {
  /** Operations handed to the module at a time; more wait in order of arrival. */
  readonly maxRequests: number;
  /** node:fs unless given. */
  readonly fs?: FileSystemShape | undefined;
}

/** A few tens of microseconds' worth in memory. */
const jobsPerTurn = 64;

type Job<T> = () => Promise<T | Result>;

export class JsEngine implements Engine {
  readonly backend = "js";
  readonly unclaimed = new Uint8Array(0);
  /** None ends at once here. */
  readonly hits = new Hits(new Uint8Array(1));
  readonly #fs: FileSystemShape;
  readonly #slots: Slots;
  readonly #counts = new Map<string, number>();
  readonly #bytes = { read: 0, written: 0 };
  #ended = false;

  constructor(options: JsEngineOptions) {
    this.#fs = options.fs ?? nodeFs;
    // node:fs answers from the event loop anyway.
    this.#slots = new Slots(options.maxRequests, options.fs === undefined ? Number.POSITIVE_INFINITY : jobsPerTurn);
  }

  get pending(): number {
    return this.#slots.pending;
  }

  read(fd: number, view: ArrayBufferView, offset: number, length: number, position: number): Eventual<Result> {
    return this.#run("read", () => this.#moved("read", readOnce(this.#fs, fd, span(view, offset, length), position)));
  }

  write(fd: number, view: ArrayBufferView, offset: number, length: number, position: number): Eventual<Result> {
    return this.#run("write", () => this.#moved("written", writeOnce(this.#fs, fd, span(view, offset, length), position)));
  }

  readThen<T>(
    continuation: Continuation<T>, fd: number, view: ArrayBufferView, offset: number, length: number, position: number,
  ): Result | Promise<T> {
    return continued(this.read(fd, view, offset, length, position), continuation, view);
  }

  writeThen<T>(
    continuation: Continuation<T>, fd: number, view: ArrayBufferView, offset: number, length: number, position: number,
  ): Result | Promise<T> {
    return continued(this.write(fd, view, offset, length, position), continuation, view);
  }

  readv(fd: number, views: readonly ArrayBufferView[], position: number): Eventual<Result> {
    return this.#run("readv", this.#onDescriptor(fd, () => {
      const spans = views.map((view) => span(view));
      return this.#moved("read", ask<number>((done) => this.#fs.readv(fd, spans, position < 0 ? null : position, done), 0));
    }));
  }

  writev(fd: number, views: readonly ArrayBufferView[], position: number): Eventual<Result> {
    return this.#run("writev", this.#onDescriptor(fd, () => {
      const spans = views.map((view) => span(view));
      return this.#moved("written", ask<number>((done) => this.#fs.writev(fd, spans, position < 0 ? null : position, done), 0));
    }));
  }

  fsync(fd: number): Eventual<Result> {
    return this.#run("fsync", this.#onDescriptor(fd, () => ask0((done) => this.#fs.fsync(fd, done))));
  }

  fdatasync(fd: number): Eventual<Result> {
    return this.#run("fdatasync", this.#onDescriptor(fd, () => ask0((done) => this.#fs.fdatasync(fd, done))));
  }

  ftruncate(fd: number, length: number): Eventual<Result> {
    return this.#run("ftruncate", this.#onDescriptor(fd, () => ask0((done) => this.#fs.ftruncate(fd, length, done))));
  }

  open(path: Path, flags: number, mode: number): Eventual<Result | OpenFile> {
    const where = shapePath(path);
    return this.#run("open", async () => {
      const fd = await ask<number>((done) => this.#fs.open(where, flags, mode, done), 0);
      return fd < 0 ? fd : { fd, traits: traits.UNKNOWN };
    });
  }

  close(fd: number): Eventual<Result> {
    const job = this.#onDescriptor(fd, () => ask0((done) => this.#fs.close(fd, done)));
    // A descriptor is given back even when this has ended.
    return this.#ended ? this.#slots.enter(job).result : this.#run("close", job);
  }

  stat(path: Path, followLinks: boolean): Eventual<Result | StatFields> {
    const where = shapePath(path);
    if (followLinks) return this.#stat("stat", (done) => this.#fs.stat(where, { bigint: true }, done));
    return this.#stat("lstat", (done) => this.#fs.lstat(where, { bigint: true }, done));
  }

  statAs<T extends object>(path: Path, followLinks: boolean, shape: StatShape<T>): Eventual<Result | T> {
    return shaped(this.stat(path, followLinks), shape);
  }

  fstat(fd: number): Eventual<Result | StatFields> {
    if (impossible(fd)) return EBADF;
    return this.#stat("fstat", (done) => this.#fs.fstat(fd, { bigint: true }, done));
  }

  statfs(path: Path): Eventual<Result | StatFields> {
    const where = shapePath(path);
    return this.#run("statfs", async () => {
      const stats = await ask<ShapeStatFs | Result>((done) => having(this.#fs, "statfs").statfs(where, { bigint: true }, done), 0);
      return typeof stats === "number" ? stats : statfsFields(stats);
    });
  }

  access(path: Path, mode: number): Eventual<Result> {
    const where = shapePath(path);
    return this.#run("access", () => ask0((done) => this.#fs.access(where, mode, done)));
  }

  chmod(path: Path, mode: number): Eventual<Result> {
    const where = shapePath(path);
    return this.#run("chmod", () => ask0((done) => having(this.#fs, "chmod").chmod(where, mode, done)));
  }

  fchmod(fd: number, mode: number): Eventual<Result> {
    return this.#run("fchmod", this.#onDescriptor(fd, () => ask0((done) => having(this.#fs, "fchmod").fchmod(fd, mode, done))));
  }

  chown(path: Path, uid: number, gid: number, followLinks: boolean): Eventual<Result> {
    const where = shapePath(path);
    const kind = followLinks ? "chown" : "lchown";
    return this.#run(kind, () => ask0((done) => having(this.#fs, kind)[kind](where, uid, gid, done)));
  }

  fchown(fd: number, uid: number, gid: number): Eventual<Result> {
    return this.#run("fchown", this.#onDescriptor(fd, () => ask0((done) => having(this.#fs, "fchown").fchown(fd, uid, gid, done))));
  }

  utimes(path: Path, atime: number, mtime: number, followLinks: boolean): Eventual<Result> {
    const where = shapePath(path);
    const kind = followLinks ? "utimes" : "lutimes";
    return this.#run(kind, () => ask0((done) => having(this.#fs, kind)[kind](where, shapeTime(atime), shapeTime(mtime), done)));
  }

  futimes(fd: number, atime: number, mtime: number): Eventual<Result> {
    return this.#run("futimes", this.#onDescriptor(fd, () => ask0((done) => having(this.#fs, "futimes").futimes(fd, shapeTime(atime), shapeTime(mtime), done))));
  }

  mkdir(path: Path, mode: number, recursive: boolean): Eventual<Result | string | PathFailure> {
    const where = shapePath(path);
    if (recursive) return this.#run("makePath", () => makePath(this.#fs, where, mode));
    return this.#run("mkdir", () => ask0((done) => this.#fs.mkdir(where, { mode, recursive }, done)));
  }

  rmdir(path: Path): Eventual<Result> {
    const where = shapePath(path);
    return this.#run("rmdir", () => ask0((done) => this.#fs.rmdir(where, done)));
  }

  unlink(path: Path): Eventual<Result> {
    const where = shapePath(path);
    return this.#run("unlink", () => ask0((done) => this.#fs.unlink(where, done)));
  }

  rename(from: Path, to: Path): Eventual<Result> {
    const source = shapePath(from);
    const target = shapePath(to);
    return this.#run("rename", () => ask0((done) => this.#fs.rename(source, target, done)));
  }

  link(from: Path, to: Path): Eventual<Result> {
    const source = shapePath(from);
    const target = shapePath(to);
    return this.#run("link", () => ask0((done) => having(this.#fs, "link").link(source, target, done)));
  }

  symlink(target: Path, path: Path): Eventual<Result> {
    const source = shapePath(target);
    const made = shapePath(path);
    return this.#run("symlink", () => ask0((done) => having(this.#fs, "symlink").symlink(source, made, done)));
  }

  readlink(path: Path, asBuffer: boolean): Eventual<Result | Name> {
    const where = shapePath(path);
    return this.#name("readlink", asBuffer, (options, done) => having(this.#fs, "readlink").readlink(where, options, done));
  }

  realpath(path: Path, asBuffer: boolean): Eventual<Result | Name> {
    const where = shapePath(path);
    return this.#name("realpath", asBuffer, (options, done) => {
      const { realpath } = having(this.#fs, "realpath");
      // Node's other one goes from link to link itself, and fails in other places than the system's.
      (realpath.native ?? realpath).call(this.#fs, where, options, done);
    });
  }

  mkdtemp(template: Path, asBuffer: boolean): Eventual<Result | Name | PathFailure> {
    const where = shapePath(template);
    return this.#run("mkdtemp", () => makeTemporary(this.#fs, where, asBuffer));
  }

  copyDirectory(): Result {
    return ENOTSUP;
  }

  copyFile(from: Path, to: Path, flags: number): Eventual<Result> {
    const source = shapePath(from);
    const target = shapePath(to);
    return this.#run("copyFile", () => ask0((done) => having(this.#fs, "copyFile").copyFile(source, target, flags, done)));
  }

  readdir(path: Path, asBuffers: boolean, withTypes: boolean): Eventual<Result | DirectoryListing> {
    const where = shapePath(path);
    const options = { encoding: asBuffers ? ("buffer" as const) : ("utf8" as const), withFileTypes: withTypes };
    return this.#run("readdir", async () => {
      const entries = await ask<(string | Buffer | ShapeDirent)[]>((done) => this.#fs.readdir(where, options, done), []);
      return typeof entries === "number" ? entries : listing(entries, asBuffers, withTypes);
    });
  }

  opendir(path: Path, bufferSize: number, asBuffers: boolean): Eventual<Result | OpenDirectory> {
    const where = shapePath(path);
    return this.#run("openDirectory", () => opendir(this.#fs, where, bufferSize, asBuffers, this.#asRun));
  }

  opendirSync(path: Path, bufferSize: number, asBuffers: boolean): Result | OpenDirectory {
    return this.#ended ? EBADF : opendirSync(this.#fs, path, bufferSize, asBuffers, this.#asRun);
  }

  readFile(path: Path, flags: number, encoding: TextEncoding | undefined): Eventual<Result | Buffer | string | OpenFile> {
    return this.#run("readFile", async () => {
      const content = await readFile(this.#fs, path, flags, encoding);
      if (typeof content === "string") this.#bytes.read += Buffer.byteLength(content);
      else if (content instanceof Uint8Array) this.#bytes.read += content.length;
      return content;
    });
  }

  writeFile(path: Path, view: ArrayBufferView, flags: number, mode: number, flush: boolean): Eventual<Result> {
    return this.#run("writeFile", async () => {
      const bytes = span(view);
      const result = await writeFile(this.#fs, path, bytes, flags, mode, flush);
      if (result >= 0) this.#bytes.written += bytes.length;
      return result;
    });
  }

  decode(bytes: Uint8Array): Eventual<Result | string> {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  }

  removeTree(path: Path): Eventual<Result | PathFailure> {
    return this.#run("removeTree", () => removeTree(this.#fs, path));
  }

  /** Nothing here depends on traits: the module decides. */
  describe(fd: number): number {
    return impossible(fd) ? EBADF : 0;
  }

  submit(requests: readonly ContextRequest[]): Handed[] {
    return requests.map((request) => this.#submitOne(request));
  }

  submitThen<T>(continuation: Continuation<T>, request: TransferRequest): Result | Promise<T> {
    return continued(this.#submitOne(request).result, continuation, request.view);
  }

  cancel(ticket: number): boolean {
    return this.#slots.cancel(ticket);
  }

  flush(): void {
    // Operations go down at once here.
  }

  registerBuffers(): Result {
    return ENOTSUP;
  }

  registerFiles(): Result {
    return ENOTSUP;
  }

  counters(): OperationCounters {
    const none = { tryNowHit: 0, tryNowMiss: 0, ring: 0, ioSubmit: 0, pool: 0 };
    return Object.fromEntries(Array.from(this.#counts, ([kind, js]) => [kind, { ...none, js }]));
  }

  stats(): EngineStats {
    const { pending, mostPending } = this.#slots;
    return { backend: this.backend, operations: this.counters(), inFlight: pending, queueHighWater: mostPending, bytes: { ...this.#bytes } };
  }

  end(): Promise<void> {
    this.#ended = true;
    return this.#slots.whenIdle();
  }

  readonly #asRun: Run = (kind, job) => this.#run(kind, job);

  #run<T>(kind: string, job: Job<T>): Eventual<T | Result> {
    if (this.#ended) return EBADF;
    this.#count(kind);
    return this.#slots.enter(job).result;
  }

  #count(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  async #moved(way: "read" | "written", moving: Promise<Result>): Promise<Result> {
    const result = await moving;
    if (result > 0) this.#bytes[way] += result;
    return result;
  }

  #onDescriptor(fd: number, job: Job<Result>): Job<Result> {
    return impossible(fd) ? () => Promise.resolve(EBADF) : job;
  }

  #stat(kind: string, call: (done: DoneWith<ShapeStats>) => void): Eventual<Result | StatFields> {
    return this.#run(kind, async () => {
      const stats = await ask<ShapeStats | Result>(call, 0);
      return typeof stats === "number" ? stats : statFields(stats);
    });
  }

  #name(kind: string, asBuffer: boolean, call: (options: NameOptions, done: DoneWith<Name>) => void): Eventual<Result | Name> {
    return this.#run(kind, async () => {
      const name = await ask<Name>((done) => call({ encoding: "buffer" }, done), "");
      return typeof name === "number" ? name : nameAs(name, asBuffer);
    });
  }

  #submitOne(request: ContextRequest): Handed {
    if (this.#ended) return { ticket: undefined, result: EBADF };
    this.#count(request.kind);
    return this.#slots.enter(() => this.#perform(request));
  }

  #perform({ kind, fd, view, offset, length, position }: ContextRequest): Promise<Result> {
    switch (kind) {
      case "read":
        return this.#moved("read", readAll(this.#fs, fd, view === undefined ? Buffer.alloc(0) : span(view, offset, length), position));
      case "write":
        return this.#moved("written", writeAll(this.#fs, fd, view === undefined ? Buffer.alloc(0) : span(view, offset, length), position));
      case "fsync":
        return this.#onDescriptor(fd, () => ask0((done) => this.#fs.fsync(fd, done)))();
      case "fdatasync":
        return this.#onDescriptor(fd, () => ask0((done) => this.#fs.fdatasync(fd, done)))();
    }
  }
}
