/** Memory that nobody has any business to write to: taken where other memory has just been given back, and looked at later. */

const pattern = 0xc5;

export class Canaries {
  readonly #blocks: Uint8Array[] = [];

  /** Fills freed memory again: as many blocks of that size as were given back, and some more. */
  fill(size: number, count: number): void {
    for (let index = 0; index < count; index++) this.#blocks.push(new Uint8Array(size).fill(pattern));
  }

  /** The deliberate fault. */
  someBlock(): Uint8Array | undefined {
    return this.#blocks[this.#blocks.length >> 1];
  }

  /** How many bytes are not as they were. */
  changed(): number {
    let changed = 0;
    for (const block of this.#blocks) for (const byte of block) if (byte !== pattern) changed++;
    return changed;
  }
}
