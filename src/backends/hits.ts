/** Operations that ended at once, and of which their callers hear when the microtasks that are there now have run. */

const settled = Promise.resolve();
/** More are not counted. */
const most = 255;

export class Hits {
  readonly #unsettled: Uint8Array;
  readonly #waiting: (() => void)[] = [];
  #scheduled = false;

  /** @param unsettled one byte: how many there are, up to 255, for whoever decides what comes alone */
  constructor(unsettled: Uint8Array) {
    this.#unsettled = unsettled;
  }

  note(): void {
    const count = this.#unsettled[0] ?? 0;
    if (count < most) this.#unsettled[0] = count + 1;
    this.#schedule();
  }

  /** Calls back when the caller of the hit that is being answered has heard of it. */
  whenHeard(callback: () => void): void {
    this.#waiting.push(callback);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void settled.then(this.#heard);
  }

  readonly #heard = (): void => {
    this.#scheduled = false;
    this.#unsettled[0] = 0;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
  };
}
