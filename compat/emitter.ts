/** A FileHandle emits events and has an async id, of which its types know nothing. */

import { EventEmitter, once } from "node:events";
import type { FileHandle } from "node:fs/promises";

export const emitterOf = (handle: FileHandle): EventEmitter => handle as unknown as EventEmitter;

export const asyncIdOf = (handle: FileHandle): number => (handle as unknown as { getAsyncId(): number }).getAsyncId();

/** Resolves when the handle's 'close' has been emitted, before or from now on. */
export async function closed(handle: FileHandle): Promise<void> {
  if (handle.fd !== -1) await once(emitterOf(handle), "close");
}
