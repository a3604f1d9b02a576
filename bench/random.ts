/** Random numbers that are the same on every run and for every implementation (xorshift32). */

export class Random {
  #state = 0x2545f491;

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  shuffle(values: Uint32Array): void {
    for (let i = values.length - 1; i > 0; --i) {
      const j = this.below(i + 1);
      const held = values[i] ?? 0;
      values[i] = values[j] ?? 0;
      values[j] = held;
    }
  }
}
