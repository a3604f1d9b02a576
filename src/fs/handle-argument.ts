/** FileHandles, caio's and Node's, in the place of a path. */

import type { Engine } from "../backends/engine";
import { traits } from "../backends/engine";
import { Descriptor } from "./descriptor";
import { descriptorOf } from "./file-handle";
import type { GenuineHandle, HandleInternals } from "./genuine";
import type { Ground } from "./ground";

const foreign = new WeakMap<GenuineHandle, Descriptor>();

const describe = (engine: Engine, handle: GenuineHandle): Descriptor => {
  const known = foreign.get(handle);
  // Another surface may have an engine of its own, and end it.
  if (known?.engine === engine) return known;
  const found = engine.describe(handle.fd);
  const file = new Descriptor(engine, handle.fd, found < 0 ? traits.UNKNOWN : found);
  foreign.set(handle, file);
  return file;
};

/** Whether it may be a FileHandle: an object that is no path. */
export const mayBeHandle = (path: unknown): path is object =>
  typeof path === "object" && path !== null && !(path instanceof URL) && !ArrayBuffer.isView(path);

interface HeldFile {
  readonly file: Descriptor;
  /** To be called when the engine is done with the file: a close() waits for it. */
  letGo(): void;
}

const hold = (engine: Engine, handle: GenuineHandle, internals: HandleInternals): HeldFile => {
  const file = descriptorOf(handle) ?? describe(engine, handle);
  handle[internals.kRef]();
  return { file, letGo: () => handle[internals.kUnref]() };
};

/** The open file behind a FileHandle of either kind; undefined for anything else, and for one that is closed. */
export async function heldFile(engine: Ground, path: object): Promise<HeldFile | undefined> {
  const found = engine.handleInternals();
  const internals = found instanceof Promise ? await found : found;
  if (!(path instanceof internals.Base) || path.fd < 0) return undefined;
  return hold(engine(), path, internals);
}
