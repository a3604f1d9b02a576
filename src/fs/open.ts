import type { OpenFile } from "../backends/engine";
import { systemError } from "../errors";
import { flagsOf, modeOf, pathOf } from "./arguments";
import { Descriptor } from "./descriptor";
import { fileHandleClass } from "./file-handle";
import type { GenuineHandle, HandleInternals } from "./genuine";
import type { Ground } from "./ground";

function handleOf(engine: Ground, internals: HandleInternals, { fd, traits }: OpenFile): GenuineHandle {
  const FileHandle = fileHandleClass(internals);
  const { unclaimed } = engine();
  unclaimed[fd] = 0;
  const native = new internals.Native(fd);
  engine.ownedBy(native, fd);
  return new FileHandle(native, new Descriptor(engine(), fd, traits));
}

/** open(path[, flags[, mode]]): a FileHandle. */
export const makeOpen = (engine: Ground) =>
  async function open(path: unknown, flags: unknown, mode: unknown): Promise<unknown> {
    const where = pathOf(path);
    const how = flagsOf(flags);
    const permissions = modeOf(mode, 0o666);
    if (where === undefined || how === undefined || permissions === undefined) return engine.oracle.open(path, flags, mode);
    const found = engine.handleInternals();
    const internals = found instanceof Promise ? await found : found;
    const pending = engine().open(where, how, permissions);
    const opened = pending instanceof Promise ? await pending : pending;
    if (typeof opened === "number") throw systemError(opened, "open", where);
    return handleOf(engine, internals, opened);
  };
