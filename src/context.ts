/** The low-level API: operations on open descriptors, with limits of the caller's own. */

import { asyncDispose } from "./async-dispose";
import { invalidType } from "./argument-errors";
import { Ends } from "./backends/continuation";
import type { BackendName, ContextRequest, Engine, Eventual, Handed, OperationCounters, Result } from "./backends/engine";
import { EBADF, errnoNamed } from "./backends/errno";
import type { FileSystemShape } from "./backends/file-system-shape";
import { createEngine, type Fallback } from "./backends/select";
import { observed } from "./backends/tracing";
import { abortable, throwIfAborted } from "./context/abort";
import { checkAttached, checkDescriptor, checkObject, checkSignal, isTransfer, type Offset } from "./context/arguments";
import { cursor, CursorLines } from "./context/cursor-lines";
import { checkOptions, type AsyncContextOptions } from "./context/options";
import { planFill, planSizedRead, planSync, planWrite, type Plan, type Prepared } from "./context/plan";
import { systemError } from "./errors";
import { Operation, operationHold, type Priority } from "./operation";

export interface OperationOptions extends Priority {
  /**
   * Aborted before: nothing is submitted. Aborted in flight: the operation is cancelled if it can be, and the promise
   * rejects with an AbortError, at once where the memory is the context's, and once the kernel has let go of it where
   * it is the caller's. A write may have happened in part.
   */
  signal?: AbortSignal | undefined;
}

interface InFlight {
  readonly result: Eventual<Result>;
  /** True when the operation will end soon, as −ECANCELED or as done. */
  readonly cancel: () => boolean;
}

const EINVAL = errnoNamed("EINVAL");

/** Descriptors are the process's, so contexts share the order at their cursors; those of a module like memfs are its own. */
const descriptorLines = new CursorLines();
const moduleLines = new WeakMap<FileSystemShape, CursorLines>();

function linesOf(fs: FileSystemShape | undefined): CursorLines {
  if (fs === undefined) return descriptorLines;
  let lines = moduleLines.get(fs);
  if (lines === undefined) moduleLines.set(fs, (lines = new CursorLines()));
  return lines;
}

const countOf = (_view: ArrayBufferView, count: number): number => count;

const cannotCancel = (): boolean => false;

const refused: InFlight = { result: EBADF, cancel: cannotCancel };

function answer<T>(prepared: Prepared<T>, result: Result): T {
  if (result < 0) throw systemError(result, prepared.request.kind);
  return prepared.finish(result);
}

/**
 * Asynchronous reads, writes and syncs on open descriptors.
 *
 * Reads and writes at an offset are whole: fewer bytes than asked for mean the end of the file. At the cursor (offset
 * null), a read may be shorter, as read(2) may on a pipe; the operations at one descriptor's cursor go one after the
 * other. Errors are Node's system errors, with `code`, `errno` and `syscall`.
 */
export class AsyncContext implements AsyncDisposable {
  /** Backends that were tried for this context before the one that serves it, and why they could not be set up. */
  readonly fallback: readonly Fallback[];
  readonly #engine: Engine;
  readonly #lines: CursorLines;
  readonly #reads = new Ends("read", countOf, () => this.#ended());
  readonly #writes = new Ends("write", countOf, () => this.#ended());
  readonly #cancels = new WeakMap<Operation, () => boolean>();
  #inFlight = 0;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  /**
   * @throws TypeError ERR_INVALID_ARG_TYPE or ERR_INVALID_ARG_VALUE, RangeError ERR_OUT_OF_RANGE; Error
   * ERR_CAIO_BACKEND_UNAVAILABLE if `options.backend` is not available on this machine
   */
  constructor(options?: AsyncContextOptions) {
    const { backend, engine } = checkOptions(options);
    const created = createEngine(backend, engine);
    this.#engine = created.engine;
    this.fallback = created.fallback;
    this.#lines = linesOf(engine.fs);
  }

  /** The backend that serves this context. */
  get backend(): BackendName {
    return this.#engine.backend;
  }

  /** Operations taken in and not yet ended; an aborted one counts until the kernel is done with it. */
  get pending(): number {
    return this.#inFlight;
  }

  /** How many operations of each kind went which way, since the context was made. */
  stats(): OperationCounters {
    return this.#engine.counters();
  }

  /**
   * @param nbytes how many bytes at most, 0 to `buffer.constants.MAX_LENGTH`
   * @param fd an open descriptor
   * @param offset bytes from the start of the file, up to 2 ** 63 − 1; null for the cursor
   * @returns a Buffer of exactly the bytes that were read, which owns its ArrayBuffer; empty at the end of the file
   */
  read(nbytes: number, fd: number, offset?: Offset, options?: OperationOptions): Promise<Buffer>;
  /** @param buffer to fill @returns the number of bytes read into it */
  read(buffer: ArrayBufferView, fd: number, offset?: Offset, options?: OperationOptions): Promise<number>;
  read(target: number | ArrayBufferView, fd: number, offset: Offset = 0, options?: OperationOptions): Promise<Buffer | number> {
    if (options === undefined && isTransfer(target, fd, offset)) return this.#transfer(this.#reads, target as Uint8Array, fd, offset as number);
    if (ArrayBuffer.isView(target)) return this.#perform((priority) => planFill(target, fd, offset, priority), options);
    return this.#perform((priority) => planSizedRead(target, fd, offset, priority), options);
  }

  /**
   * @param payload all of it is written, a string as UTF-8; a view must not change before the promise settles
   * @param offset bytes from the start of the file; null for the cursor
   * @returns the number of bytes written
   */
  write(payload: ArrayBufferView | string, fd: number, offset: Offset = 0, options?: OperationOptions): Promise<number> {
    if (options === undefined && isTransfer(payload, fd, offset)) return this.#transfer(this.#writes, payload as Uint8Array, fd, offset as number);
    return this.#perform((priority) => planWrite(payload, fd, offset, priority), options);
  }

  /** fsync(2): the file's data and metadata are on the disk when the promise resolves. */
  fsync(fd: number, options?: OperationOptions): Promise<void> {
    return this.#perform((priority) => planSync("fsync", fd, priority), options);
  }

  /** fdatasync(2): the file's data, and what is needed to find it. */
  fdsync(fd: number, options?: OperationOptions): Promise<void> {
    return this.#perform((priority) => planSync("fdatasync", fd, priority), options);
  }

  /**
   * Hands in operations, all in one crossing; their `completed` tells how they end.
   *
   * @returns how many were accepted: all of them
   * @throws before anything is submitted: TypeError for what is no Operation, Error ERR_CAIO_OPERATION_SUBMITTED for
   * one that was submitted before, the system error EBADF after `close()`
   */
  submit(...operations: Operation[]): number {
    const hold = operationHold();
    const seen = new Set<Operation>();
    for (const operation of operations) {
      if (!(operation instanceof Operation)) throw invalidType("operations", "an instance of Operation", operation);
      if (seen.has(operation) || hold.isSubmitted(operation)) {
        throw Object.assign(new Error("An operation can be submitted only once"), { code: "ERR_CAIO_OPERATION_SUBMITTED" });
      }
      seen.add(operation);
    }
    if (this.#closing !== undefined) throw systemError(EBADF, "submit");
    const prepared = operations.map((operation) => hold.prepare(operation));
    const inFlight = this.#handMany(prepared);
    operations.forEach((operation, index) => {
      const own = inFlight[index];
      if (own === undefined) return;
      this.#cancels.set(operation, own.cancel);
      hold.start(operation, (ready) => this.#outcome(ready, own, undefined));
    });
    return operations.length;
  }

  /**
   * Asks an operation of this context to end early.
   *
   * @returns true if it will end soon, with the system error ECANCELED or as done; false if it has ended, was not
   * submitted here, or has begun and cannot be interrupted
   */
  cancel(operation: Operation): boolean {
    if (!(operation instanceof Operation)) throw invalidType("operation", "an instance of Operation", operation);
    return this.#cancels.get(operation)?.() ?? false;
  }

  /**
   * `uring`: operations whose memory lies within one of these buffers spare the kernel the mapping of its pages. An
   * empty list gives them back. The buffers must not be detached while they are registered.
   *
   * @throws the system error ENOTSUP on other backends
   */
  registerBuffers(buffers: readonly ArrayBufferView[]): void {
    if (!Array.isArray(buffers)) throw invalidType("buffers", "an instance of Array", buffers);
    for (const buffer of buffers as readonly unknown[]) {
      if (!ArrayBuffer.isView(buffer)) throw invalidType("buffers", "an array of ArrayBufferView", buffer);
      checkAttached("buffers", buffer);
    }
    this.#register(this.#engine.registerBuffers(buffers));
  }

  /**
   * `uring`: operations on these descriptors spare the kernel the look-up of the file. An empty list gives them back.
   *
   * @throws the system error ENOTSUP on other backends
   */
  registerFiles(fds: readonly number[]): void {
    if (!Array.isArray(fds)) throw invalidType("fds", "an instance of Array", fds);
    for (const fd of fds as readonly unknown[]) checkDescriptor(fd);
    this.#register(this.#engine.registerFiles(fds));
  }

  /**
   * Waits for the operations in flight, then gives the context's ring, threads and descriptors back. Operations that
   * come after the call fail with the system error EBADF. Closing again waits for the same end.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    // Those who wait for their turn at a cursor have been taken in, too: the engine ends after them.
    if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await this.#engine.end();
  }

  #register(result: Result): void {
    if (this.#closing !== undefined) throw systemError(EBADF, "io_uring_register");
    if (result < 0) throw systemError(result, "io_uring_register");
  }

  /** What is asked for a million times a second has one promise, and no function that waits. */
  #transfer(ends: Ends<number>, view: Uint8Array, fd: number, position: number): Promise<number> {
    const { kind } = ends;
    if (this.#closing !== undefined) return Promise.reject(systemError(EBADF, kind));
    const request = { kind, fd, view, offset: 0, length: view.byteLength, position, priority: 0 };
    const moved = observed(this.#engine).submitThen(ends, request);
    if (typeof moved === "number") return ends.atOnce(moved, view);
    this.#inFlight++;
    return moved;
  }

  /** Whatever is wrong, down to the arguments, is a rejection. */
  async #perform<T>(plan: (priority: unknown) => Plan<T>, options: OperationOptions | undefined): Promise<T> {
    if (options !== undefined) checkObject("options", options);
    const { kind, prepare } = plan(options?.priority);
    const signal = checkSignal(options?.signal);
    throwIfAborted(signal);
    if (this.#closing !== undefined) throw systemError(EBADF, kind);
    const prepared = prepare();
    const inFlight = this.#handOne(prepared);
    return typeof inFlight.result === "number" ? answer(prepared, inFlight.result) : this.#outcome(prepared, inFlight, signal);
  }

  async #outcome<T>(prepared: Prepared<T>, { result, cancel }: InFlight, signal: AbortSignal | undefined): Promise<T> {
    if (typeof result === "number" || signal === undefined) return answer(prepared, await result);
    return answer(prepared, await abortable(result, signal, cancel, prepared.memoryIsOurs));
  }

  #handOne(prepared: Prepared<unknown>): InFlight {
    const { request } = prepared;
    const inFlight =
      request.position === cursor ? this.#atCursor(prepared, request) : this.#follow(prepared, observed(this.#engine).submit([request])[0]);
    if (typeof inFlight.result !== "number") this.#count(inFlight.result);
    return inFlight;
  }

  /** In one crossing; those at a cursor go by themselves, each in its turn. */
  #handMany(prepared: readonly Prepared<unknown>[]): InFlight[] {
    const positioned = prepared.map(({ request }) => request).filter(({ position }) => position !== cursor);
    const handed = positioned.length > 0 ? observed(this.#engine).submit(positioned) : [];
    let next = 0;
    return prepared.map((each): InFlight => {
      if (each.request.position === cursor) return this.#handOne(each);
      const inFlight = this.#follow(each, handed[next++]);
      if (typeof inFlight.result !== "number") this.#count(inFlight.result);
      return inFlight;
    });
  }

  #atCursor(prepared: Prepared<unknown>, request: ContextRequest): InFlight {
    let begun: InFlight | undefined;
    const line = this.#lines.enter(request.fd, () => {
      begun = this.#follow(prepared, observed(this.#engine).submit([request])[0]);
      return begun.result;
    });
    return { result: line.result, cancel: () => begun?.cancel() ?? line.leave() };
  }

  #follow(prepared: Prepared<unknown>, handed: Handed | undefined): InFlight {
    if (handed === undefined) return refused;
    if (typeof handed.result === "number" && handed.result >= 0) return { result: handed.result, cancel: cannotCancel };
    let ticket = handed.ticket;
    const again = (result: Result): Eventual<Result> => {
      // Once it is over, its ticket may be another's.
      ticket = undefined;
      // O_DIRECT refuses memory at odd addresses; where the choice was ours, it is made again.
      const request = result === EINVAL ? prepared.realign?.() : undefined;
      const retried = request === undefined ? undefined : observed(this.#engine).submit([request])[0];
      ticket = retried?.ticket;
      return retried?.result ?? result;
    };
    const first = handed.result;
    const result = typeof first === "number" ? again(first) : first.then(again);
    return { result, cancel: () => ticket !== undefined && this.#engine.cancel(ticket) };
  }

  #count(result: Promise<Result>): void {
    this.#inFlight++;
    void result.then(() => this.#ended());
  }

  #ended(): void {
    this.#inFlight--;
    if (this.#inFlight === 0) this.#onIdle?.();
  }
}
