/** An engine in front of another one, which does everything: what a decorator does not change, it inherits from here. */

import type {
  BackendName, ContextRequest, DirectoryListing, Engine, EngineStats, Eventual, Handed, Name, OpenDirectory, OpenFile,
  OperationCounters, Path, PathFailure, Result, StatFields, StatShape, TransferRequest, TextEncoding,
} from "./engine";
import type { Continuation } from "./continuation";
import type { Hits } from "./hits";

export class ForwardingEngine implements Engine {
  constructor(protected readonly inner: Engine) {}

  get backend(): BackendName {
    return this.inner.backend;
  }

  get pending(): number {
    return this.inner.pending;
  }

  get unclaimed(): Uint8Array {
    return this.inner.unclaimed;
  }

  get hits(): Hits {
    return this.inner.hits;
  }

  read(fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number): Eventual<Result> {
    return this.inner.read(fd, view, offset, length, position, traits);
  }

  write(fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number): Eventual<Result> {
    return this.inner.write(fd, view, offset, length, position, traits);
  }

  readThen<T>(
    continuation: Continuation<T>, fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number,
  ): Result | Promise<T> {
    return this.inner.readThen(continuation, fd, view, offset, length, position, traits);
  }

  writeThen<T>(
    continuation: Continuation<T>, fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number,
  ): Result | Promise<T> {
    return this.inner.writeThen(continuation, fd, view, offset, length, position, traits);
  }

  readv(fd: number, views: readonly ArrayBufferView[], position: number, traits: number): Eventual<Result> {
    return this.inner.readv(fd, views, position, traits);
  }

  writev(fd: number, views: readonly ArrayBufferView[], position: number, traits: number): Eventual<Result> {
    return this.inner.writev(fd, views, position, traits);
  }

  fsync(fd: number): Eventual<Result> {
    return this.inner.fsync(fd);
  }

  fdatasync(fd: number): Eventual<Result> {
    return this.inner.fdatasync(fd);
  }

  ftruncate(fd: number, length: number): Eventual<Result> {
    return this.inner.ftruncate(fd, length);
  }

  open(path: Path, flags: number, mode: number, at?: number): Eventual<Result | OpenFile> {
    return this.inner.open(path, flags, mode, at);
  }

  close(fd: number, traits: number): Eventual<Result> {
    return this.inner.close(fd, traits);
  }

  stat(path: Path, followLinks: boolean): Eventual<Result | StatFields> {
    return this.inner.stat(path, followLinks);
  }

  statAs<T extends object>(path: Path, followLinks: boolean, shape: StatShape<T>): Eventual<Result | T> {
    return this.inner.statAs(path, followLinks, shape);
  }

  fstat(fd: number): Eventual<Result | StatFields> {
    return this.inner.fstat(fd);
  }

  statfs(path: Path): Eventual<Result | StatFields> {
    return this.inner.statfs(path);
  }

  access(path: Path, mode: number): Eventual<Result> {
    return this.inner.access(path, mode);
  }

  chmod(path: Path, mode: number, at?: number): Eventual<Result> {
    return this.inner.chmod(path, mode, at);
  }

  fchmod(fd: number, mode: number): Eventual<Result> {
    return this.inner.fchmod(fd, mode);
  }

  chown(path: Path, uid: number, gid: number, followLinks: boolean): Eventual<Result> {
    return this.inner.chown(path, uid, gid, followLinks);
  }

  fchown(fd: number, uid: number, gid: number): Eventual<Result> {
    return this.inner.fchown(fd, uid, gid);
  }

  utimes(path: Path, atime: number, mtime: number, followLinks: boolean, at?: number): Eventual<Result> {
    return this.inner.utimes(path, atime, mtime, followLinks, at);
  }

  futimes(fd: number, atime: number, mtime: number): Eventual<Result> {
    return this.inner.futimes(fd, atime, mtime);
  }

  mkdir(path: Path, mode: number, recursive: boolean, at?: number): Eventual<Result | string | PathFailure> {
    return this.inner.mkdir(path, mode, recursive, at);
  }

  rmdir(path: Path): Eventual<Result> {
    return this.inner.rmdir(path);
  }

  unlink(path: Path, at?: number): Eventual<Result> {
    return this.inner.unlink(path, at);
  }

  rename(from: Path, to: Path): Eventual<Result> {
    return this.inner.rename(from, to);
  }

  link(from: Path, to: Path): Eventual<Result> {
    return this.inner.link(from, to);
  }

  symlink(target: Path, path: Path, at?: number): Eventual<Result> {
    return this.inner.symlink(target, path, at);
  }

  readlink(path: Path, asBuffer: boolean, at?: number): Eventual<Result | Name> {
    return this.inner.readlink(path, asBuffer, at);
  }

  realpath(path: Path, asBuffer: boolean): Eventual<Result | Name> {
    return this.inner.realpath(path, asBuffer);
  }

  mkdtemp(template: Path, asBuffer: boolean): Eventual<Result | Name | PathFailure> {
    return this.inner.mkdtemp(template, asBuffer);
  }

  copyDirectory(from: Path, to: Path, flags: number, mode: number, fromAt?: number, toAt?: number): Eventual<Result | DirectoryListing> {
    return this.inner.copyDirectory(from, to, flags, mode, fromAt, toAt);
  }

  copyFile(from: Path, to: Path, flags: number, fromAt?: number, toAt?: number): Eventual<Result> {
    return this.inner.copyFile(from, to, flags, fromAt, toAt);
  }

  readdir(path: Path, asBuffers: boolean, withTypes: boolean, at?: number): Eventual<Result | DirectoryListing> {
    return this.inner.readdir(path, asBuffers, withTypes, at);
  }

  opendir(path: Path, bufferSize: number, asBuffers: boolean, below?: boolean): Eventual<Result | OpenDirectory> {
    return this.inner.opendir(path, bufferSize, asBuffers, below);
  }

  opendirSync(path: Path, bufferSize: number, asBuffers: boolean): Result | OpenDirectory {
    return this.inner.opendirSync(path, bufferSize, asBuffers);
  }

  readFile(path: Path, flags: number, encoding: TextEncoding | undefined): Eventual<Result | Buffer | string | OpenFile> {
    return this.inner.readFile(path, flags, encoding);
  }

  writeFile(path: Path, view: ArrayBufferView, flags: number, mode: number, flush: boolean): Eventual<Result> {
    return this.inner.writeFile(path, view, flags, mode, flush);
  }

  decode(bytes: Uint8Array): Eventual<Result | string> {
    return this.inner.decode(bytes);
  }

  removeTree(path: Path): Eventual<Result | PathFailure> {
    return this.inner.removeTree(path);
  }

  describe(fd: number): number {
    return this.inner.describe(fd);
  }

  submit(requests: readonly ContextRequest[]): Handed[] {
    return this.inner.submit(requests);
  }

  submitThen<T>(continuation: Continuation<T>, request: TransferRequest): Result | Promise<T> {
    return this.inner.submitThen(continuation, request);
  }

  cancel(ticket: number): boolean {
    return this.inner.cancel(ticket);
  }

  flush(): void {
    return this.inner.flush();
  }

  registerBuffers(views: readonly ArrayBufferView[]): Result {
    return this.inner.registerBuffers(views);
  }

  registerFiles(fds: readonly number[]): Result {
    return this.inner.registerFiles(fds);
  }

  counters(): OperationCounters {
    return this.inner.counters();
  }

  stats(): EngineStats {
    return this.inner.stats();
  }

  end(): Promise<void> {
    return this.inner.end();
  }
}
