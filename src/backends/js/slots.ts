/** At most so many jobs at a time; more wait in order of arrival, none fails. */

import type { Result } from "../engine";
import { ECANCELED } from "../errno";
import { setImmediate } from "../event-loop";
import { resultOf } from "./steps";

interface Waiting {
  launch(): void;
  refuse(): void;
}

export class Slots {
  readonly #limit: number;
  readonly #perTurn: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #idlers: (() => void)[] = [];
  #running = 0;
  #mostPending = 0;
  #lastTicket = -1;
  #admitting = false;
  #launchedInTurn = 0;

  /**
   * @param perTurn launched in one turn of the event loop: whoever awaits job after job of a module that answers at once
   * would otherwise keep every timer waiting
   */
  constructor(limit: number, perTurn: number) {
    this.#limit = limit;
    this.#perTurn = perTurn;
  }

  get pending(): number {
    return this.#running + this.#waiting.size;
  }

  /** The most that were pending at a time. */
  get mostPending(): number {
    return this.#mostPending;
  }

  /** The job's value; −ECANCELED if it was cancelled while it waited. Never rejects. */
  enter<T>(job: () => Promise<T | Result>): { readonly ticket: number; readonly result: Promise<T | Result> } {
    const ticket = ++this.#lastTicket;
    const result = new Promise<T | Result>((resolve) => {
      const leave = (value: T | Result): void => {
        this.#running--;
        resolve(value);
        this.#admit();
      };
      this.#waiting.set(ticket, {
        launch: () => void (async () => job())().then(leave, (error: unknown) => leave(resultOf(error))),
        refuse: () => resolve(ECANCELED),
      });
    });
    if (this.pending > this.#mostPending) this.#mostPending = this.pending;
    this.#admit();
    return { ticket, result };
  }

  /** Takes a job out of the line; a job that has begun goes on. */
  cancel(ticket: number): boolean {
    const waiting = this.#waiting.get(ticket);
    if (waiting === undefined) return false;
    this.#waiting.delete(ticket);
    waiting.refuse();
    this.#admit();
    return true;
  }

  whenIdle(): Promise<void> {
    if (this.pending === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idlers.push(resolve));
  }

  #admit(): void {
    // A module may call back before it returns: the loop below then goes on, instead of nesting once per job.
    if (this.#admitting) return;
    this.#admitting = true;
    for (const [ticket, waiting] of this.#waiting) {
      if (this.#running >= this.#limit || this.#launchedInTurn >= this.#perTurn) break;
      this.#waiting.delete(ticket);
      this.#running++;
      this.#countInTurn();
      waiting.launch();
    }
    this.#admitting = false;
    if (this.pending === 0) for (const idler of this.#idlers.splice(0)) idler();
  }

  #countInTurn(): void {
    if (this.#perTurn === Number.POSITIVE_INFINITY) return;
    this.#launchedInTurn++;
    if (this.#launchedInTurn > 1) return;
    setImmediate(() => {
      this.#launchedInTurn = 0;
      this.#admit();
    });
  }
}
