/** The tickets of operations that could not end at once, and who is parked under them. */

import type { Native, NativeEngine } from "../../../typings/native";
import { RecordedStats, type Parked } from "./parked";

export class Tickets {
  /** By ticket. */
  readonly #parked: (Parked | undefined)[] = [];
  readonly #free: number[] = [];
  #made = 0;

  take(): number {
    return this.#free.pop() ?? this.#made++;
  }

  giveBack(ticket: number): void {
    this.#free.push(ticket);
  }

  park(ticket: number, parked: Parked): void {
    this.#parked[ticket] = parked;
  }

  isOut(ticket: number): boolean {
    return this.#parked[ticket] !== undefined;
  }

  /**
   * Those that the first so many records are about, with their answers. All is taken out and every ticket freed before
   * anybody hears of it: whoever does may start new operations.
   */
  collect({ recordLength, statFields }: Native, { records, bigRecords, values }: NativeEngine, count: number): Parked[] {
    const stats = new RecordedStats(records, bigRecords, count * recordLength);
    const finished: Parked[] = [];
    for (let index = 0; index < count; index++) {
      const begin = index * recordLength;
      const ticket = records[begin] ?? -1;
      const parked = this.#parked[ticket];
      if (parked === undefined) continue;
      this.#parked[ticket] = undefined;
      this.#free.push(ticket);
      parked.take(records[begin + 1] ?? 0, values[index], stats, begin + recordLength - statFields);
      values[index] = undefined;
      finished.push(parked);
    }
    return finished;
  }
}
