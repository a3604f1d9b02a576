/** An operation under its ticket, from the moment it cannot end at once until its record comes back. */

import type { Continuation } from "../continuation";
import type { StatFields, StatShape } from "../engine";
import type { Outcome } from "./outcome";

/** The stat fields of a batch of records, copied at once, because the engine overwrites its own with the next batch. */
export class RecordedStats {
  #numbers: Float64Array | undefined;
  #bigints: BigInt64Array | undefined;

  constructor(
    private readonly records: Float64Array,
    private readonly bigRecords: BigInt64Array,
    /** How much of both the batch takes. */
    private readonly end: number,
  ) {}

  /** Where they are, before the next batch. */
  inPlace(first: number): StatFields {
    return { first, numbers: this.records, bigints: this.bigRecords };
  }

  /** @param first where the fields of one record begin */
  at(first: number): StatFields {
    const numbers = (this.#numbers ??= this.records.slice(0, this.end));
    const bigints = (this.#bigints ??= this.bigRecords.slice(0, this.end));
    return { first, numbers, bigints };
  }
}

export interface Parked {
  /** Takes the answer out of the record whose stat fields begin at `first`; what is left there may be overwritten afterwards. */
  take(result: number, value: unknown, stats: RecordedStats, first: number): void;
  /** Tells the caller. */
  settle(): void;
}

export class ParkedOperation<T> implements Parked {
  #answer: { readonly outcome: T } | undefined;
  #error: unknown;

  constructor(
    private readonly outcome: Outcome<T>,
    private readonly resolve: (outcome: T) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  take(result: number, value: unknown): void {
    try {
      this.#answer = { outcome: this.outcome(result, value) };
    } catch (error) {
      this.#error = error;
    }
  }

  settle(): void {
    if (this.#answer === undefined) this.reject(this.#error);
    else this.resolve(this.#answer.outcome);
  }
}

/** The frequent kind: its answer needs no shaping. */
export class ParkedNumber implements Parked {
  private result = 0;

  constructor(private readonly resolve: (result: number) => void) {}

  take(result: number): void {
    this.result = result;
  }

  settle(): void {
    this.resolve(this.result);
  }
}

export class ParkedTransfer<T> implements Parked {
  private result = 0;

  constructor(
    private readonly continuation: Continuation<T>,
    private readonly view: ArrayBufferView,
    private readonly resolve: (outcome: T | Promise<T>) => void,
  ) {}

  take(result: number): void {
    this.result = result;
  }

  settle(): void {
    this.resolve(this.continuation.settle(this.result, this.view));
  }
}

export class ParkedStat implements Parked {
  private answer: number | StatFields = 0;

  constructor(private readonly resolve: (answer: number | StatFields) => void) {}

  take(result: number, _value: unknown, stats: RecordedStats, first: number): void {
    this.answer = result < 0 ? result : stats.at(first);
  }

  settle(): void {
    this.resolve(this.answer);
  }
}

/** Makes of the fields what the caller gets while they are there. */
export class ParkedShape<T extends object> implements Parked {
  private answer: number | T = 0;

  constructor(
    private readonly shape: StatShape<T>,
    private readonly resolve: (answer: number | T) => void,
  ) {}

  take(result: number, _value: unknown, stats: RecordedStats, first: number): void {
    this.answer = result < 0 ? result : this.shape(stats.inPlace(first));
  }

  settle(): void {
    this.resolve(this.answer);
  }
}

const nobody = (): undefined => undefined;
const nothing = new Uint8Array();
const noStats = new RecordedStats(new Float64Array(), new BigInt64Array(), 0);
const operations: readonly Parked[] = [
  new ParkedOperation(nobody, nobody, nobody),
  new ParkedNumber(nobody),
  new ParkedTransfer({ settle: nobody }, nothing, nobody),
  new ParkedStat(nobody),
  new ParkedShape(() => nothing, nobody),
];
// A number out of a record is no small integer to V8, and the fields of an operation have that shape from then on.
for (const parked of operations) parked.take(Number.MIN_VALUE, undefined, noStats, 0);

/**
 * One of each shape, for ever. V8 throws away the code that it has compiled for a shape, and what it has learnt of it, when
 * a garbage collection finds no object of that shape: one that comes while nothing is in flight would do so.
 */
export const keptShapes: readonly object[] = [noStats, ...operations];
