/**
 * Operations at a descriptor's cursor, one at a time per descriptor, in the order of their arrival.
 *
 * The kernel's own order would not do: concurrent ring reads at the cursor deliver blocks twice, and a try-now read
 * waits for another thread's.
 */

import type { Eventual, Result } from "../backends/engine";
import { ECANCELED } from "../backends/errno";

/** The position that means "at the cursor". */
export const cursor = -1;

interface Waiting {
  start(): Eventual<Result>;
  settle(result: Result): void;
}

export interface InLine {
  readonly result: Eventual<Result>;
  /** Leaves the line with −ECANCELED; false once the operation has begun. */
  leave(): boolean;
}

const begun = (): boolean => false;

export class CursorLines {
  /** A descriptor is here while an operation at its cursor is under way. */
  readonly #lines = new Map<number, Set<Waiting>>();

  enter(fd: number, start: () => Eventual<Result>): InLine {
    const line = this.#lines.get(fd);
    if (line === undefined) return { result: this.#go(fd, start), leave: begun };
    let entry: Waiting | undefined;
    const result = new Promise<Result>((settle) => {
      entry = { start, settle };
      line.add(entry);
    });
    const leave = (): boolean => {
      if (entry === undefined || !line.delete(entry)) return false;
      entry.settle(ECANCELED);
      return true;
    };
    return { result, leave };
  }

  #go(fd: number, start: () => Eventual<Result>): Eventual<Result> {
    const result = start();
    if (typeof result === "number") return result;
    this.#lines.set(fd, new Set());
    return result.then((value) => {
      this.#next(fd);
      return value;
    });
  }

  #next(fd: number): void {
    const line = this.#lines.get(fd);
    for (const waiting of line ?? []) {
      line?.delete(waiting);
      const result = waiting.start();
      if (typeof result === "number") {
        waiting.settle(result);
        continue;
      }
      void result.then((value) => {
        this.#next(fd);
        waiting.settle(value);
      });
      return;
    }
    this.#lines.delete(fd);
  }
}
