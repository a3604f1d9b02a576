/** An open file: its descriptor, what is known of it, and the order of the operations at its cursor. */

import type { Continuation } from "../backends/continuation";
import { traits as traitBits, type Engine, type Eventual, type Result } from "../backends/engine";
import { behind, observed } from "../backends/tracing";
import { ECANCELED } from "../backends/errno";
import { systemError, type SystemError } from "../errors";
import type { Signal } from "./arguments";
import type { NativeHandle } from "./genuine";

/** Below TypeScript there is at most one operation at a file's cursor; the others wait here in the order of their calls. */
class Turns {
  private last: Promise<unknown> | undefined;

  take<T>(operation: () => Eventual<T>): Eventual<T> {
    const result = this.last === undefined ? operation() : this.last.then(operation);
    // What ended at once needs no turn: nothing can have come in between.
    if (result instanceof Promise) this.hold(result);
    return result;
  }

  private hold(promise: Promise<unknown>): void {
    this.last = promise;
    const done = (): void => {
      if (this.last === promise) this.last = undefined;
    };
    promise.then(done, done);
  }
}

/** writev(2) and readv(2) take so many buffers at most (UIO_MAXIOV). */
const maxBuffers = 1024;

export class Descriptor {
  private readonly reading = new Turns();
  private readonly writing: Turns;

  readonly #engine: Engine;
  #traits: number;

  constructor(
    engine: Engine,
    readonly fd: number,
    traits: number,
  ) {
    this.#engine = behind(engine);
    this.#traits = traits;
    // Only regular files have one cursor for both. In a terminal or FIFO a write must not wait for a read that never ends.
    const regular = traits !== traitBits.UNKNOWN && (traits & traitBits.REGULAR) !== 0;
    this.writing = regular ? this.reading : new Turns();
  }

  get traits(): number {
    return this.#traits;
  }

  /** Asked for at each operation, because listeners come and go while a file is open. */
  get engine(): Engine {
    return observed(this.#engine);
  }

  /** Calls back when the caller of what has just ended at once has heard of it. */
  whenHeard(callback: () => void): void {
    this.#engine.hits.whenHeard(callback);
  }

  /** @param position −1: at the cursor */
  read(view: ArrayBufferView, offset: number, length: number, position: number): Eventual<Result> {
    if (position >= 0) return this.engine.read(this.fd, view, offset, length, position, this.traits);
    return this.reading.take(() => this.engine.read(this.fd, view, offset, length, -1, this.traits));
  }

  /** @param position not the cursor */
  readThen<T>(continuation: Continuation<T>, view: ArrayBufferView, offset: number, length: number, position: number): Result | Promise<T> {
    return this.engine.readThen(continuation, this.fd, view, offset, length, position, this.traits);
  }

  /**
   * At the cursor; where nobody knows when there will be anything to read, the signal ends it. On regular files it is
   * looked at between the steps, as in Node.
   */
  readUnlessAborted(view: ArrayBufferView, offset: number, length: number, signal: Signal | undefined): Eventual<Result> {
    const polled = this.traits !== traitBits.UNKNOWN && (this.traits & traitBits.POLLED) !== 0;
    if (!polled || !(signal instanceof AbortSignal)) return this.read(view, offset, length, -1);
    return this.reading.take(() => {
      if (signal.aborted) return ECANCELED;
      const { engine } = this;
      const [handed] = engine.submit([{ kind: "read", fd: this.fd, view, offset, length, position: -1, priority: 0 }]);
      if (handed === undefined) throw new Error("an operation was handed in, and nothing came back");
      const { ticket, result } = handed;
      if (ticket === undefined || !(result instanceof Promise)) return result;
      const onAbort = (): void => void engine.cancel(ticket);
      signal.addEventListener("abort", onAbort, { once: true });
      return result.finally(() => signal.removeEventListener("abort", onAbort));
    });
  }

  write(view: ArrayBufferView, offset: number, length: number, position: number): Eventual<Result> {
    if (position >= 0) return this.engine.write(this.fd, view, offset, length, position, this.traits);
    return this.writing.take(() => this.engine.write(this.fd, view, offset, length, -1, this.traits));
  }

  /** @param position not the cursor */
  writeThen<T>(continuation: Continuation<T>, view: ArrayBufferView, offset: number, length: number, position: number): Result | Promise<T> {
    return this.engine.writeThen(continuation, this.fd, view, offset, length, position, this.traits);
  }

  /** Reads into as many of the views as one system call takes. */
  readv(views: readonly ArrayBufferView[], position: number): Eventual<Result> {
    const taken = views.slice(0, maxBuffers);
    if (position >= 0) return this.engine.readv(this.fd, taken, position, this.traits);
    return this.reading.take(() => this.engine.readv(this.fd, taken, -1, this.traits));
  }

  /** Writes all of the views, however many, up to the first short write. */
  writev(views: readonly ArrayBufferView[], position: number): Eventual<Result> {
    const taken = views.slice();
    const operation =
      taken.length <= maxBuffers
        ? () => this.engine.writev(this.fd, taken, position, this.traits)
        : () => this.writeInLots(taken, position);
    return position >= 0 ? operation() : this.writing.take(operation);
  }

  private async writeInLots(views: readonly ArrayBufferView[], position: number): Promise<Result> {
    let total = 0;
    for (let first = 0; first < views.length; first += maxBuffers) {
      const lot = views.slice(first, first + maxBuffers);
      const size = lot.reduce((sum, view) => sum + view.byteLength, 0);
      const written = await this.engine.writev(this.fd, lot, position < 0 ? -1 : position + total, this.traits);
      if (written < 0) return total > 0 ? total : written;
      total += written;
      if (written < size) break;
    }
    return total;
  }

  truncate(length: number): Eventual<Result> {
    // What is written after that, some file systems write back when it is closed.
    if (length === 0 && this.#traits !== traitBits.UNKNOWN) this.#traits &= ~traitBits.CLOSES_DRY;
    return this.engine.ftruncate(this.fd, length);
  }

  close(): Eventual<Result> {
    return this.engine.close(this.fd, this.traits);
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

/** Both errors, under the code of the operation's. */
export function bothErrors(error: unknown, closing: SystemError): AggregateError {
  const both = new AggregateError([error, closing], error instanceof Error ? error.message : "");
  return Object.assign(both, { code: codeOf(error) });
}

/** Gives what is only open for a job a keeper, for a worker may end in the middle of it, and the engine may close nothing then. */
interface Keeping {
  keeperOf(fd: number): NativeHandle | undefined;
}

/**
 * Closes the file when the operation has ended. If both fail, the user gets both errors, under the code of the first.
 */
export async function thenClose<T>(keeping: Keeping, file: Descriptor, operation: Promise<T>): Promise<T> {
  const keeper = file.engine.unclaimed[file.fd] === 1 ? undefined : keeping.keeperOf(file.fd);
  const close = (): Eventual<Result> => {
    keeper?.releaseFD();
    return file.close();
  };
  let result: T;
  try {
    result = await operation;
  } catch (error) {
    const closed = await close();
    if (closed >= 0) throw error;
    throw bothErrors(error, systemError(closed, "close"));
  }
  const closed = await close();
  if (closed < 0) throw systemError(closed, "close");
  return result;
}
