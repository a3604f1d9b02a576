/** One operation as an object: made first, submitted later, once. */

import type { Offset } from "./context/arguments";
import { checkObject } from "./context/arguments";
import { planFill, planSizedRead, planSync, planWrite, type Plan, type Prepared } from "./context/plan";

export interface Priority {
  /**
   * An ioprio_set(2) value, 0–65535: (class << 13) | level. 0, the default, leaves it to the kernel. It reaches the
   * kernel on `uring`, and on `linux` for what goes through kernel AIO; elsewhere it has no effect.
   */
  priority?: number | undefined;
}

type State<T> =
  | { readonly at: "made" }
  | { readonly at: "submitted" }
  | { readonly at: "done"; readonly value: T }
  | { readonly at: "failed"; readonly error: unknown };

/** Brings a prepared operation to its end. */
export type Runner = <T>(prepared: Prepared<T>) => Promise<T>;

/** What a context may do with an operation, and nobody else. */
export interface Hold {
  isSubmitted(operation: Operation): boolean;
  /** Gives it its memory. @throws TypeError if the caller's was detached meanwhile */
  prepare(operation: Operation): Prepared<unknown>;
  /** From here on the operation counts as submitted. */
  start(operation: Operation, run: Runner): void;
}

let hold: Hold;

/** For context.ts; the package does not export it. */
export const operationHold = (): Hold => hold;

function pending(message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_CAIO_OPERATION_PENDING" });
}

const priorityOf = (options: unknown): unknown =>
  options === undefined ? undefined : (checkObject("options", options) as Priority).priority;

/**
 * A read, write or sync to hand to `ctx.submit`. Its life: made → submitted → done or failed; it is submitted once,
 * for ever.
 *
 * @typeParam T what `value` will be: a Buffer, a number of bytes, or undefined for the syncs
 */
export class Operation<T = unknown> {
  /** The descriptor. */
  readonly fileno: number;
  /** Bytes from the start of the file; null: at the cursor. */
  readonly offset: Offset;
  /**
   * Settles when the operation has ended: its value, or its system error. The error counts as handled, looked at or
   * not. An operation that is never submitted never settles.
   */
  readonly completed: Promise<T>;

  readonly #plan: Plan<T>;
  #prepared: Prepared<T> | undefined;
  #state: State<T> = { at: "made" };
  #start: (run: Runner) => void = () => undefined;

  static {
    hold = {
      isSubmitted: (operation) => operation.#state.at !== "made",
      prepare: (operation) => (operation.#prepared = operation.#plan.prepare()),
      start: (operation, run) => {
        operation.#state = { at: "submitted" };
        operation.#start(run);
      },
    };
  }

  private constructor(plan: Plan<T>, fd: number, offset: Offset) {
    this.fileno = fd;
    this.offset = offset;
    this.#plan = plan;
    const started = new Promise<Runner>((resolve) => (this.#start = resolve));
    this.completed = started.then((run) => this.#run(run));
    this.completed.catch(() => undefined);
  }

  /**
   * @param nbytes how many bytes at most; the value is a Buffer of exactly the bytes that were read
   * @param fd an open descriptor
   * @param offset bytes from the start of the file, 0 unless given; null for the cursor
   * @throws TypeError ERR_INVALID_ARG_TYPE, RangeError ERR_OUT_OF_RANGE
   */
  static read(nbytes: number, fd: number, offset?: Offset, options?: Priority): Operation<Buffer>;
  /** @param buffer to fill; the value is the number of bytes that were read into it */
  static read(buffer: ArrayBufferView, fd: number, offset?: Offset, options?: Priority): Operation<number>;
  static read(target: number | ArrayBufferView, fd: number, offset: Offset = 0, options?: Priority): Operation<Buffer> | Operation<number> {
    const priority = priorityOf(options);
    if (ArrayBuffer.isView(target)) return new Operation(planFill(target, fd, offset, priority), fd, offset);
    return new Operation(planSizedRead(target, fd, offset, priority), fd, offset);
  }

  /** @param payload all of it is written, a string as UTF-8; the value is the number of bytes written */
  static write(payload: ArrayBufferView | string, fd: number, offset: Offset = 0, options?: Priority): Operation<number> {
    return new Operation(planWrite(payload, fd, offset, priorityOf(options)), fd, offset);
  }

  /** fsync(2): data and metadata. */
  static fsync(fd: number, options?: Priority): Operation<void> {
    return new Operation(planSync("fsync", fd, priorityOf(options)), fd, 0);
  }

  /** fdatasync(2): data, and what is needed to find it. */
  static fdsync(fd: number, options?: Priority): Operation<void> {
    return new Operation(planSync("fdatasync", fd, priorityOf(options)), fd, 0);
  }

  /** Bytes to read or write; 0 for the syncs. */
  get nbytes(): number {
    return this.#plan.nbytes;
  }

  /** What is written, or the caller's buffer that is filled; undefined for reads by size and for the syncs. */
  get payload(): ArrayBufferView | undefined {
    return this.#plan.payload;
  }

  /**
   * The value of an operation that has ended.
   *
   * @throws Error ERR_CAIO_OPERATION_PENDING before that; the operation's own error if it failed
   */
  get value(): T {
    const state = this.#state;
    switch (state.at) {
      case "made":
        throw pending("The operation has not been submitted");
      case "submitted":
        throw pending("The operation is in flight");
      case "done":
        return state.value;
      case "failed":
        throw state.error;
    }
  }

  /** The same as `value`. */
  getValue(): T {
    return this.value;
  }

  async #run(run: Runner): Promise<T> {
    const prepared = this.#prepared ?? this.#plan.prepare();
    // The value holds what the user is to keep of the memory.
    this.#prepared = undefined;
    try {
      const value = await run(prepared);
      this.#state = { at: "done", value };
      return value;
    } catch (error) {
      this.#state = { at: "failed", error };
      throw error;
    }
  }
}
