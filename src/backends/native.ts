/** The backends of the addon: keeps the tickets, and turns records into promises. */

import type { Native, NativeBackendName, NativeEngine as Addressee, NativeEngineOptions } from "../../typings/native";
import type {
  ContextRequest, DirectoryListing, Engine, EngineStats, Eventual, Handed, Name, OpenDirectory, OpenFile,
  OperationCounters, Path, PathFailure, Result, StatFields, StatShape, TransferRequest, TextEncoding,
} from "./engine";
import type { Continuation } from "./continuation";
import { Hits } from "./hits";
import { Lifeline } from "./native/abandoned";
import { Batch, sendAlone } from "./native/batch";
import { Counts } from "./native/counters";
import { NativeDirectory, type DirectoryCalls } from "./native/directory";
import { endedEngine } from "./native/ended";
import { Flight } from "./native/flight";
import { lateCloses } from "./native/late-closes";
import * as outcomes from "./native/outcome";
import { weighed } from "./native/weight";

/** As the addon counts them. */
const textKinds: readonly (TextEncoding | undefined)[] = [undefined, "utf8", "latin1"];

export class NativeEngine implements Engine, DirectoryCalls {
  readonly backend: NativeBackendName;
  readonly unclaimed: Uint8Array;
  /** Until their callers hear of them, what follows does not come alone. */
  readonly hits: Hits;
  /** Where operations go: the addon's engine, until this one is asked to end. */
  #native: Addressee;
  /** The addon's engine until its end, which may come later than the last operation was taken in. */
  readonly #core: Addressee;
  readonly #addon: Native;
  readonly #pendingMark: number;
  readonly #scratch: StatFields;
  readonly #batch: Batch;
  readonly #sharesTransfers: boolean;
  readonly #flight: Flight;
  readonly #lifeline: Lifeline<NativeEngine>;
  #ended: Promise<void> | undefined;
  readonly #counts: Counts;
  readonly #text: outcomes.Outcome<Result | string>;
  readonly #fileContents: outcomes.Outcome<Result | Buffer | string | OpenFile>;

  private constructor(addon: Native, backend: NativeBackendName, core: Addressee, lifeline: Lifeline<NativeEngine>) {
    this.backend = backend;
    this.#lifeline = lifeline;
    this.#flight = new Flight(
      () => lifeline.hold(this),
      () => lifeline.letGo(),
    );
    this.#addon = addon;
    this.unclaimed = addon.unclaimed;
    this.#pendingMark = addon.PENDING;
    this.#core = core;
    this.#native = core;
    this.#scratch = { first: 0, numbers: core.fields, bigints: core.bigFields };
    this.#batch = new Batch(addon);
    this.#counts = new Counts(addon, core);
    this.hits = new Hits(core.unsettled);
    this.#sharesTransfers = core.sharesTransfers;
    this.#text = weighed(core, outcomes.text);
    this.#fileContents = weighed(core, outcomes.fileContents);
  }

  /** An engine, or −errno of the set-up call that failed. */
  static create(addon: Native, options: NativeEngineOptions): NativeEngine | Result {
    const lifeline = new Lifeline<NativeEngine>();
    const core = addon.createEngine(options, (count) => {
      const { busy } = lifeline;
      if (busy !== undefined) busy.#flight.complete(addon, busy.#core, count);
    });
    if (typeof core === "number") return core;
    const engine = new NativeEngine(addon, options.backend, core, lifeline);
    lifeline.begin(engine, core);
    return engine;
  }

  get pending(): number {
    return this.#flight.pending;
  }

  read(fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number): Eventual<Result> {
    return this.#transferOutcome(this.#native.read(this.#flight.ticket, fd, view, offset, length, position, traits, 0));
  }

  write(fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.write(this.#flight.ticket, fd, view, offset, length, position, traits, 0));
  }

  readThen<T>(
    continuation: Continuation<T>, fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number,
  ): Result | Promise<T> {
    const result = this.#native.read(this.#flight.ticket, fd, view, offset, length, position, traits, 0);
    if (result === this.#pendingMark) return this.#flight.transfer(continuation, view);
    if (this.#sharesTransfers) this.hits.note();
    return result;
  }

  writeThen<T>(
    continuation: Continuation<T>, fd: number, view: ArrayBufferView, offset: number, length: number, position: number, traits: number,
  ): Result | Promise<T> {
    const result = this.#native.write(this.#flight.ticket, fd, view, offset, length, position, traits, 0);
    if (result === this.#pendingMark) return this.#flight.transfer(continuation, view);
    this.hits.note();
    return result;
  }

  readv(fd: number, views: readonly ArrayBufferView[], position: number, traits: number): Eventual<Result> {
    return this.#transferOutcome(this.#native.readv(this.#flight.ticket, fd, views, position, traits));
  }

  writev(fd: number, views: readonly ArrayBufferView[], position: number, traits: number): Eventual<Result> {
    return this.#transferOutcome(this.#native.writev(this.#flight.ticket, fd, views, position, traits));
  }

  fsync(fd: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.fsync(this.#flight.ticket, fd, 0));
  }

  fdatasync(fd: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.fdatasync(this.#flight.ticket, fd, 0));
  }

  ftruncate(fd: number, length: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.ftruncate(this.#flight.ticket, fd, length));
  }

  open(path: Path, flags: number, mode: number, at?: number): Eventual<Result | OpenFile> {
    const result = this.#native.open(this.#flight.ticket, path, flags, mode, at);
    if (result === this.#pendingMark) return this.#flight.operation(outcomes.opened);
    this.hits.note();
    return outcomes.opened(result, undefined);
  }

  close(fd: number, traits: number): Eventual<Result> {
    if (this.#ended !== undefined) return this.#closeLate(fd, traits);
    const result = this.#native.close(this.#flight.ticket, fd, traits);
    return result === this.#pendingMark ? this.#flight.number() : result;
  }

  stat(path: Path, followLinks: boolean): Eventual<Result | StatFields> {
    const result = this.#native.stat(this.#flight.ticket, path, followLinks);
    if (result !== this.#pendingMark) this.hits.note();
    return this.#statOutcome(result);
  }

  statAs<T extends object>(path: Path, followLinks: boolean, shape: StatShape<T>): Eventual<Result | T> {
    const result = this.#native.stat(this.#flight.ticket, path, followLinks);
    if (result !== this.#pendingMark) {
      this.hits.note();
      return result < 0 ? result : shape(this.#scratch);
    }
    return this.#flight.shape(shape);
  }

  fstat(fd: number): Eventual<Result | StatFields> {
    return this.#statOutcome(this.#native.fstat(this.#flight.ticket, fd));
  }

  statfs(path: Path): Eventual<Result | StatFields> {
    return this.#statOutcome(this.#native.statfs(this.#flight.ticket, path));
  }

  access(path: Path, mode: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.access(this.#flight.ticket, path, mode));
  }

  chmod(path: Path, mode: number, at?: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.chmod(this.#flight.ticket, path, mode, at));
  }

  fchmod(fd: number, mode: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.fchmod(this.#flight.ticket, fd, mode));
  }

  chown(path: Path, uid: number, gid: number, followLinks: boolean): Eventual<Result> {
    return this.#numberOutcome(this.#native.chown(this.#flight.ticket, path, uid, gid, followLinks));
  }

  fchown(fd: number, uid: number, gid: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.fchown(this.#flight.ticket, fd, uid, gid));
  }

  utimes(path: Path, atime: number, mtime: number, followLinks: boolean, at?: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.utimes(this.#flight.ticket, path, atime, mtime, followLinks, at));
  }

  futimes(fd: number, atime: number, mtime: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.futimes(this.#flight.ticket, fd, atime, mtime));
  }

  mkdir(path: Path, mode: number, recursive: boolean, at?: number): Eventual<Result | string | PathFailure> {
    const result = this.#native.mkdir(this.#flight.ticket, path, mode, recursive, at);
    if (result === this.#pendingMark) return this.#flight.operation(outcomes.madeDirectory);
    this.hits.note();
    return result;
  }

  rmdir(path: Path): Eventual<Result> {
    return this.#numberOutcome(this.#native.rmdir(this.#flight.ticket, path));
  }

  unlink(path: Path, at?: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.unlink(this.#flight.ticket, path, at));
  }

  rename(from: Path, to: Path): Eventual<Result> {
    return this.#numberOutcome(this.#native.rename(this.#flight.ticket, from, to));
  }

  link(from: Path, to: Path): Eventual<Result> {
    return this.#numberOutcome(this.#native.link(this.#flight.ticket, from, to));
  }

  symlink(target: Path, path: Path, at?: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.symlink(this.#flight.ticket, target, path, at));
  }

  readlink(path: Path, asBuffer: boolean, at?: number): Eventual<Result | Name> {
    const result = this.#native.readlink(this.#flight.ticket, path, asBuffer, at);
    return result === this.#pendingMark ? this.#flight.operation(outcomes.name) : result;
  }

  realpath(path: Path, asBuffer: boolean): Eventual<Result | Name> {
    const result = this.#native.realpath(this.#flight.ticket, path, asBuffer);
    if (result === this.#pendingMark) return this.#flight.operation(outcomes.name);
    this.hits.note();
    return result;
  }

  mkdtemp(template: Path, asBuffer: boolean): Eventual<Result | Name | PathFailure> {
    const result = this.#native.mkdtemp(this.#flight.ticket, template, asBuffer);
    if (result === this.#pendingMark) return this.#flight.operation(outcomes.temporary);
    this.hits.note();
    return result;
  }

  copyDirectory(from: Path, to: Path, flags: number, mode: number, fromAt?: number, toAt?: number): Eventual<Result | DirectoryListing> {
    const result = this.#native.copyDirectory(this.#flight.ticket, from, to, flags, mode, fromAt, toAt);
    return result === this.#pendingMark ? this.#flight.operation(outcomes.recordedNames) : outcomes.names(result);
  }

  copyFile(from: Path, to: Path, flags: number, fromAt?: number, toAt?: number): Eventual<Result> {
    return this.#numberOutcome(this.#native.copyFile(this.#flight.ticket, from, to, flags, fromAt, toAt));
  }

  readdir(path: Path, asBuffers: boolean, withTypes: boolean, at?: number): Eventual<Result | DirectoryListing> {
    const result = this.#native.readdir(this.#flight.ticket, path, asBuffers, withTypes, at);
    if (result === this.#pendingMark) return this.#flight.operation(withTypes ? outcomes.recordedEntries : outcomes.recordedNames);
    this.hits.note();
    return withTypes ? outcomes.namesWithTypes(result) : outcomes.names(result);
  }

  opendir(path: Path, bufferSize: number, asBuffers: boolean): Eventual<Result | OpenDirectory> {
    const opened = (result: number): Result | OpenDirectory =>
      result < 0 ? result : new NativeDirectory(this, result, bufferSize, asBuffers);
    const result = this.#native.openDirectory(this.#flight.ticket, path);
    return result === this.#pendingMark ? this.#flight.operation(opened) : opened(result);
  }

  opendirSync(path: Path, bufferSize: number, asBuffers: boolean): Result | OpenDirectory {
    const result = this.#native.openDirectory(this.#addon.HERE, path);
    return result < 0 ? result : new NativeDirectory(this, result, bufferSize, asBuffers);
  }

  readDirectory(directory: number, count: number, asBuffers: boolean): Eventual<Result | DirectoryListing> {
    const result = this.#native.readDirectory(this.#flight.ticket, directory, count, asBuffers);
    return result === this.#pendingMark ? this.#flight.operation(outcomes.recordedEntries) : outcomes.namesWithTypes(result);
  }

  readDirectorySync(directory: number, count: number, asBuffers: boolean): Result | DirectoryListing {
    return outcomes.namesWithTypes(this.#native.readDirectory(this.#addon.HERE, directory, count, asBuffers));
  }

  closeDirectory(directory: number): Eventual<Result> {
    const result = this.#native.closeDirectory(this.#flight.ticket, directory);
    return result === this.#pendingMark ? this.#flight.number() : result;
  }

  closeDirectorySync(directory: number): Result {
    return this.#native.closeDirectory(this.#addon.HERE, directory);
  }

  readFile(path: Path, flags: number, encoding: TextEncoding | undefined): Eventual<Result | Buffer | string | OpenFile> {
    const result = this.#native.readFile(this.#flight.ticket, path, flags, textKinds.indexOf(encoding));
    if (result === this.#pendingMark) return this.#flight.operation(this.#fileContents);
    this.hits.note();
    return typeof result === "number" ? outcomes.opened(result, undefined) : this.#fileContents(0, result);
  }

  writeFile(path: Path, view: ArrayBufferView, flags: number, mode: number, flush: boolean): Eventual<Result> {
    return this.#numberOutcome(this.#native.writeFile(this.#flight.ticket, path, view, flags, mode, flush));
  }

  decode(bytes: Uint8Array): Eventual<Result | string> {
    const result = this.#native.decode(this.#flight.ticket, bytes);
    return result === this.#pendingMark ? this.#flight.operation(this.#text) : result;
  }

  removeTree(path: Path): Eventual<Result | PathFailure> {
    const result = this.#native.removeTree(this.#flight.ticket, path);
    return result === this.#pendingMark ? this.#flight.operation(outcomes.removal) : result;
  }

  describe(fd: number): number {
    return this.#addon.describe(fd);
  }

  submit(requests: readonly ContextRequest[]): Handed[] {
    const [first] = requests;
    if (requests.length === 1 && first !== undefined) return [this.#submitOne(first)];
    return this.#submitMany(requests);
  }

  submitThen<T>(continuation: Continuation<T>, request: TransferRequest): Result | Promise<T> {
    const result = sendAlone(this.#native, this.#flight.ticket, request);
    if (result === this.#pendingMark) return this.#flight.transfer(continuation, request.view);
    if (this.#sharesTransfers) this.hits.note();
    return result;
  }

  cancel(ticket: number): boolean {
    return this.#flight.isOut(ticket) && this.#core.cancel(ticket);
  }

  flush(): void {
    this.#native.flush();
  }

  registerBuffers(views: readonly ArrayBufferView[]): Result {
    return this.#native.registerBuffers(views);
  }

  registerFiles(fds: readonly number[]): Result {
    return this.#native.registerFiles(fds);
  }

  counters(): OperationCounters {
    return this.#counts.table();
  }

  stats(): EngineStats {
    return {
      backend: this.backend,
      operations: this.#counts.table(),
      inFlight: this.#flight.pending,
      queueHighWater: this.#flight.mostPending,
      bytes: this.#counts.bytes(),
    };
  }

  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    this.#native = endedEngine;
    if (this.#flight.pending > 0) {
      this.#core.flush();
      await this.#flight.whenIdle();
    }
    this.#counts.keep();
    this.#core.destroy();
    this.#lifeline.end(this);
  }

  #closeLate(fd: number, traits: number): Promise<Result> {
    const addon = this.#addon;
    const options = { backend: "thread", maxRequests: 16, poolSize: 1, deferred: true, sqpoll: false, tryNow: false } as const;
    return lateCloses(addon, () => NativeEngine.create(addon, options)).close(fd, traits);
  }

  #statOutcome(result: number): Eventual<Result | StatFields> {
    if (result === this.#pendingMark) return this.#flight.stat();
    return result < 0 ? result : this.#scratch;
  }

  #numberOutcome(result: Result): Eventual<Result> {
    if (result === this.#pendingMark) return this.#flight.number();
    this.hits.note();
    return result;
  }

  #transferOutcome(result: number): Eventual<Result> {
    if (result === this.#pendingMark) return this.#flight.number();
    if (this.#sharesTransfers) this.hits.note();
    return result;
  }

  #submitOne(request: ContextRequest): Handed {
    const { ticket } = this.#flight;
    const result = this.#transferOutcome(sendAlone(this.#native, ticket, request));
    return { ticket: typeof result === "number" ? undefined : ticket, result };
  }

  #submitMany(requests: readonly ContextRequest[]): Handed[] {
    if (this.#ended !== undefined) return requests.map((request) => this.#submitOne(request));
    const batch = this.#batch;
    const flight = this.#flight;
    batch.reserve(requests.length);
    const tickets = flight.takeTickets(requests.length);
    requests.forEach((request, index) => batch.put(index, tickets[index] ?? -1, request));
    this.#native.submit(requests.length, batch.numbers, requests.map(({ view }) => view));
    flight.renewTicket();
    return tickets.map((ticket, index): Handed => {
      const result = batch.result(index);
      if (result === this.#pendingMark) return { ticket, result: flight.parkUnder(ticket) };
      flight.giveBack(ticket);
      return { ticket: undefined, result };
    });
  }
}
