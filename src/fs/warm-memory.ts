/** Memory of the addon's, which lies on lines of the cache and is given out again while it is warm. */

import { loadAddon } from "../backends/addon";
import type { Engine } from "../backends/engine";
import { isUtf8 } from "./arguments";

export type WarmEngine = Pick<Engine, "backend">;

const lentMemory = (size: number): Buffer | undefined => {
  const memory = loadAddon().native?.warmMemory(size);
  return memory && Buffer.from(memory);
};

/** Uninitialised, for its owner alone. On js, nothing of it is native code's. */
export const warmMemory = ({ backend }: WarmEngine, size: number): Buffer =>
  (backend === "js" ? undefined : lentMemory(size)) ?? Buffer.allocUnsafeSlow(size);

/** In code units. The bytes of what is shorter Buffer.from() puts into memory that is warm, too. */
const longText = 4096;

/** A text's bytes while they are written. */
export interface Encoded {
  readonly bytes: Buffer;
  /** To be called when nothing reads the bytes any more: their memory serves the next text. */
  readonly giveBack: () => void;
}

const nothing = (): void => undefined;

/** The bytes that Buffer.from() makes of a text. */
export function encoded({ backend }: WarmEngine, text: string, encoding: BufferEncoding): Encoded {
  const isLong = text.length >= longText && isUtf8(encoding) && backend !== "js";
  const bytes = isLong ? lentMemory(Buffer.byteLength(text)) : undefined;
  if (bytes === undefined) return { bytes: Buffer.from(text, encoding), giveBack: nothing };
  bytes.write(text);
  return { bytes, giveBack: () => loadAddon().native?.giveBack(bytes) };
}
