/** Memory for O_DIRECT. */

import { constants } from "node:buffer";

import { outOfRange } from "./argument-errors";
import { loadAddon } from "./backends/addon";
import { ENOTSUP } from "./backends/errno";
import { checkInteger } from "./context/arguments";
import { systemError } from "./errors";

/** Without the addon: WebAssembly memory begins on a page, which no other memory of JavaScript promises. */
const wasmPage = 65536;
const assuredAlignment = 4096;

interface PageMemory {
  readonly buffer: ArrayBuffer;
}

/** Node's type declarations leave WebAssembly to the DOM's. */
declare const WebAssembly: { readonly Memory: new (limits: { initial: number }) => PageMemory };

/**
 * A zeroed Buffer whose first byte lies on a multiple of `alignment`, as O_DIRECT files ask for.
 *
 * @param size bytes
 * @param alignment bytes, a power of two up to 2 ** 30
 * @throws RangeError ERR_OUT_OF_RANGE; the system error ENOTSUP for alignments over 4096 where the addon is missing
 */
export function alignedBuffer(size: number, alignment = assuredAlignment): Buffer {
  checkInteger("size", size, 0, constants.MAX_LENGTH);
  checkInteger("alignment", alignment, 1, 2 ** 30);
  if (!Number.isInteger(Math.log2(alignment))) throw outOfRange("alignment", "a power of two", alignment);
  const { native } = loadAddon();
  if (native !== undefined) return native.alignedBuffer(size, alignment);
  if (alignment > assuredAlignment) throw systemError(ENOTSUP, "alignedBuffer");
  const { buffer } = new WebAssembly.Memory({ initial: Math.ceil(size / wasmPage) });
  return Buffer.from(buffer, 0, size);
}
