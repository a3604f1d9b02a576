/** A native engine's operations that could not end at once: their tickets, their promises, and how many there are. */

import type { Native, NativeEngine as Core } from "../../../typings/native";
import type { Continuation } from "../continuation";
import type { Result, StatFields, StatShape } from "../engine";
import { Deferral } from "./deferral";
import type { Outcome } from "./outcome";
import { ParkedNumber, ParkedOperation, ParkedShape, ParkedStat, ParkedTransfer, type Parked } from "./parked";
import { Tickets } from "./tickets";

export class Flight {
  /** The ticket that the next operation gets if it cannot end at once. */
  ticket: number;
  /** How many there are, and the most that there were. */
  pending = 0;
  mostPending = 0;
  readonly #tickets = new Tickets();
  readonly #deferral = new Deferral();
  #onIdle: (() => void) | undefined;

  /** Calls back when the first one takes off, and when the last one has landed. */
  constructor(
    private readonly onBusy: () => void,
    private readonly onEmpty: () => void,
  ) {
    this.ticket = this.#tickets.take();
  }

  /** Each of these is for the operation that has just been sent with the ticket. */
  number(): Promise<Result> {
    const pending = this.#deferral.promise<Result>();
    this.#keep(new ParkedNumber(this.#deferral.resolve));
    return pending;
  }

  transfer<T>(continuation: Continuation<T>, view: ArrayBufferView): Promise<T> {
    const pending = this.#deferral.promise<T>();
    this.#keep(new ParkedTransfer(continuation, view, this.#deferral.resolve));
    return pending;
  }

  stat(): Promise<Result | StatFields> {
    const pending = this.#deferral.promise<Result | StatFields>();
    this.#keep(new ParkedStat(this.#deferral.resolve));
    return pending;
  }

  shape<T extends object>(shape: StatShape<T>): Promise<Result | T> {
    const pending = this.#deferral.promise<Result | T>();
    this.#keep(new ParkedShape(shape, this.#deferral.resolve));
    return pending;
  }

  operation<T>(outcome: Outcome<T>): Promise<T> {
    const pending = this.#deferral.promise<T>();
    this.#keep(new ParkedOperation(outcome, this.#deferral.resolve, this.#deferral.reject));
    return pending;
  }

  /**
   * Tickets for a batch. They stay this engine's own until the batch has been sent, and each is parked or given back:
   * nothing in between can hand them out again.
   */
  takeTickets(count: number): number[] {
    return Array.from({ length: count }, (_, index) => (index === 0 ? this.ticket : this.#tickets.take()));
  }

  /** The batch has been sent. */
  renewTicket(): void {
    this.ticket = this.#tickets.take();
  }

  giveBack(ticket: number): void {
    this.#tickets.giveBack(ticket);
  }

  parkUnder(ticket: number): Promise<Result> {
    this.#count();
    const pending = this.#deferral.promise<Result>();
    this.#tickets.park(ticket, new ParkedNumber(this.#deferral.resolve));
    return pending;
  }

  isOut(ticket: number): boolean {
    return this.#tickets.isOut(ticket);
  }

  /** The first so many of the core's records are there. */
  complete(addon: Native, core: Core, count: number): void {
    const finished = this.#tickets.collect(addon, core, count);
    this.pending -= finished.length;
    for (const parked of finished) parked.settle();
    if (this.pending > 0) return;
    this.onEmpty();
    this.#onIdle?.();
  }

  whenIdle(): Promise<void> {
    return new Promise((resolve) => (this.#onIdle = resolve));
  }

  #keep(parked: Parked): void {
    this.#tickets.park(this.ticket, parked);
    this.#count();
    this.ticket = this.#tickets.take();
  }

  #count(): void {
    if (this.pending++ === 0) this.onBusy();
    if (this.pending > this.mostPending) this.mostPending = this.pending;
  }
}
