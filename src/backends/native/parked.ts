/** An operation under its ticket, from the moment it cannot end at once until its record comes back. */

import type { StatFields } from "../engine";
import type { Outcome } from "./outcome";

/** Where the engine leaves the stat fields of a record. */
export interface Fields {
  readonly records: Float64Array;
  readonly bigRecords: BigInt64Array;
  readonly statFields: number;
  readonly recordLength: number;
}

export interface Parked {
  /** Takes the answer out of record `index`; what is left there may be overwritten afterwards. */
  take(result: number, value: unknown, index: number): void;
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

export class ParkedStat implements Parked {
  private answer: number | StatFields = 0;

  constructor(
    private readonly fields: Fields,
    private readonly resolve: (answer: number | StatFields) => void,
  ) {}

  take(result: number, _value: unknown, index: number): void {
    if (result < 0) {
      this.answer = result;
      return;
    }
    const { records, bigRecords, statFields, recordLength } = this.fields;
    const inRecord = index * recordLength + recordLength - statFields;
    const inBigRecord = index * statFields;
    this.answer = {
      numbers: records.slice(inRecord, inRecord + statFields),
      bigints: bigRecords.slice(inBigRecord, inBigRecord + statFields),
    };
  }

  settle(): void {
    this.resolve(this.answer);
  }
}
