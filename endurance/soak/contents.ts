/** What files contain: a piece of one long text without order, so that where it begins and how long it is says all. */

import { Chance } from "../../compat/property/chance";

const size = 1 << 20;
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

const text = ((): Buffer => {
  const chance = new Chance(11);
  return Buffer.from(Array.from({ length: size }, () => letters.charCodeAt(chance.below(letters.length))));
})();

export interface Piece {
  readonly begin: number;
  readonly length: number;
}

export const longest = size >> 2;

export const somePiece = (chance: Chance, length: number): Piece => ({ begin: chance.below(size >> 1), length });

export const bytesOf = ({ begin, length }: Piece, from = 0, to = length): Buffer => text.subarray(begin + from, begin + Math.min(to, length));

export function expectBytes(found: Uint8Array, expected: Buffer, what: string): void {
  if (Buffer.compare(found, expected) !== 0) throw new Error(`${what}: ${found.length} bytes that are not the ${expected.length} that were written`);
}

export function expectEqual(found: unknown, expected: unknown, what: string): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)} in place of ${String(expected)}`);
}
