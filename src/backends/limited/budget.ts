/**
 * How many descriptors may be open at a time. Who would open more waits in the order of arrival; so does, where that is
 * wanted, whom the system has told that there are none left, until one of ours comes free.
 */

import type { Eventual } from "../engine";
import { setTimer, stopTimer } from "../event-loop";

/** Something that opens descriptors. */
export interface Opening<T> {
  /** How many it has open at a time. */
  readonly takes: number;
  attempt(): Eventual<T>;
  /** Whether the system had no descriptor for it. */
  isShort(outcome: T): boolean;
  /** How many stay open when it has ended; they are given back with `release`. */
  keeps(outcome: T): number;
  /** The outcome if the engine ends before its turn comes. */
  refused(): T;
}

export interface BudgetOptions {
  readonly most: number;
  /** Whether to wait for what the system has not. */
  readonly waits: boolean;
  /** Milliseconds without any of ours coming free after which those who wait are told what the system says. */
  readonly patience: number;
}

/** Others in the process, and in the system, give descriptors back without our hearing of it. */
const firstLook = 10;
const laterLooks = 1000;

class Waiting<T> {
  constructor(
    readonly opening: Opening<T>,
    readonly arrival: number,
    private readonly resolve: (outcome: T) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  go(budget: DescriptorBudget): void {
    const outcome = budget.attempt(this.opening, this.arrival);
    if (outcome instanceof Promise) outcome.then(this.resolve, this.reject);
    else this.resolve(outcome);
  }

  refuse(): void {
    this.resolve(this.opening.refused());
  }
}

type AnyWaiting = Pick<Waiting<unknown>, "arrival" | "go" | "refuse"> & { readonly opening: { readonly takes: number } };

export class DescriptorBudget {
  /** In the order of arrival. */
  readonly #line: AnyWaiting[] = [];
  #arrivals = 0;
  /** Open now, and about to be opened. */
  #held = 0;
  #attempts = 0;
  #releases = 0;
  /** The system has run short, and some still wait: they are tried one by one, as descriptors come free. */
  #isStrained = false;
  #tries = 0;
  #lastRelease = 0;
  #timer: ReturnType<typeof setTimer> | undefined;
  #hasGivenUp = false;
  #isEnding = false;
  #onCalm: (() => void) | undefined;

  constructor(private readonly options: BudgetOptions) {}

  get waiting(): number {
    return this.#line.length;
  }

  /** @param unasked without waiting for its turn, over the limit if need be */
  take<T>(opening: Opening<T>, unasked = false): Eventual<T> {
    if (this.#isEnding) return opening.refused();
    const arrival = this.#arrivals++;
    if (unasked || (this.#line.length === 0 && this.#fits(opening.takes))) return this.attempt(opening, arrival);
    return this.#wait(opening, arrival);
  }

  /** One was opened by somebody who cannot wait. */
  hold(): void {
    this.#held++;
  }

  /** Descriptors were closed. */
  release(count: number): void {
    this.#held -= count;
    this.#releases += count;
    this.#tries += count;
    this.#lastRelease = Date.now();
    this.#admit();
  }

  /** Lets those go on whom nothing but time keeps, and refuses the others: nobody can close for them any more. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#stopLooking();
    if (this.#attempts > 0) await new Promise<void>((resolve) => (this.#onCalm = resolve));
    for (const waiting of this.#line.splice(0)) waiting.refuse();
  }

  attempt<T>(opening: Opening<T>, arrival: number): Eventual<T> {
    this.#held += opening.takes;
    this.#attempts++;
    const releasesBefore = this.#releases;
    const outcome = opening.attempt();
    if (!(outcome instanceof Promise)) return this.#settle(opening, arrival, outcome, releasesBefore);
    return outcome.then(
      (settled) => this.#settle(opening, arrival, settled, releasesBefore),
      (error: unknown) => {
        this.#leave(opening.takes);
        throw error;
      },
    );
  }

  #settle<T>(opening: Opening<T>, arrival: number, outcome: T, releasesBefore: number): Eventual<T> {
    if (!opening.isShort(outcome)) {
      if (this.#isStrained) this.#tries++;
      this.#leave(opening.takes - opening.keeps(outcome));
      return outcome;
    }
    const cameFree = this.#releases !== releasesBefore;
    // Nothing of ours is open that could come free.
    const isHopeless = this.#held === opening.takes && !cameFree;
    if (!this.options.waits || isHopeless || this.#hasGivenUp || this.#isEnding) {
      this.#leave(opening.takes);
      return outcome;
    }
    if (!this.#isStrained) this.#lastRelease = Date.now();
    this.#isStrained = true;
    this.#tries = cameFree ? 1 : 0;
    const waiting = this.#wait(opening, arrival);
    this.#look(firstLook);
    this.#held -= opening.takes;
    this.#attempts--;
    this.#admit();
    this.#tellCalm();
    return waiting;
  }

  #leave(freed: number): void {
    this.#attempts--;
    this.#held -= freed;
    if (this.#isStrained && this.#held === 0) this.#tries++;
    this.#admit();
    this.#tellCalm();
  }

  #tellCalm(): void {
    if (this.#attempts === 0) this.#onCalm?.();
  }

  #fits(takes: number): boolean {
    // What needs more than there may be goes alone.
    return this.#held === 0 || this.#held + takes <= this.options.most;
  }

  #wait<T>(opening: Opening<T>, arrival: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const after = this.#line.findIndex((other) => other.arrival > arrival);
      const waiting = new Waiting(opening, arrival, resolve, reject);
      if (after < 0) this.#line.push(waiting);
      else this.#line.splice(after, 0, waiting);
    });
  }

  #admit(): void {
    for (;;) {
      const first = this.#line[0];
      if (first === undefined) return this.#calmDown();
      if (!this.#fits(first.opening.takes)) return;
      if (this.#isStrained && !this.#hasGivenUp && this.#tries <= 0) return;
      this.#tries--;
      this.#line.shift();
      first.go(this);
    }
  }

  #calmDown(): void {
    // One that is being tried may come back into the line.
    if (this.#attempts > 0) return;
    this.#isStrained = false;
    this.#hasGivenUp = false;
    this.#stopLooking();
  }

  #look(pause: number): void {
    this.#timer ??= setTimer(() => {
      this.#timer = undefined;
      if (this.#line.length === 0) return;
      this.#hasGivenUp = Date.now() - this.#lastRelease >= this.options.patience;
      this.#tries = Math.max(this.#tries, 1);
      this.#admit();
      if (this.#line.length > 0) this.#look(Math.min(2 * pause, laterLooks));
    }, pause);
  }

  #stopLooking(): void {
    if (this.#timer !== undefined) stopTimer(this.#timer);
    this.#timer = undefined;
  }
}
