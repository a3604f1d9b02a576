import { systemError } from "../errors";
import { pathOf } from "./arguments";
import type { Ground } from "./ground";

/** rename(oldPath, newPath) */
export const makeRename = (engine: Ground) =>
  async function rename(oldPath: unknown, newPath: unknown): Promise<void> {
    const from = pathOf(oldPath);
    const to = pathOf(newPath);
    if (from === undefined || to === undefined) return engine.oracle.rename(oldPath, newPath);
    const pending = engine().rename(from, to);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "rename", from, to);
    return undefined;
  };
