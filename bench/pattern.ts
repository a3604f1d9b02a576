/** Contents in which every 32-bit word tells its own position, so that no byte can come from the wrong place unseen. */

const wordAt = (index: number, generation: number): number => Math.imul(index + 1, 0x9e3779b1) ^ generation;

const words = (view: Buffer): Int32Array => new Int32Array(view.buffer, view.byteOffset, view.length / 4);

/** What a file has from `position` on; both are multiples of four. */
export function fillPattern(view: Buffer, position: number, generation = 0): void {
  const target = words(view);
  for (let i = 0; i < target.length; ++i) target[i] = wordAt(position / 4 + i, generation);
}

export function checkPattern(view: Buffer, position: number, generation = 0): void {
  const found = words(view);
  for (let i = 0; i < found.length; ++i)
    if (found[i] !== wordAt(position / 4 + i, generation)) throw new Error(`wrong contents at ${position + 4 * i}`);
}
