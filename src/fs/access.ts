import { systemError } from "../errors";
import { pathOf } from "./arguments";
import type { Ground } from "./ground";
import { nodeFs } from "../backends/node-fs";

const { constants } = nodeFs;

const { F_OK, R_OK, W_OK, X_OK } = constants;
const every = R_OK | W_OK | X_OK;

const accessModeOf = (mode: unknown): number | undefined => {
  if (mode === null) return F_OK;
  return typeof mode === "number" && (mode & every) === mode ? mode | 0 : undefined;
};

/** access(path[, mode]): whether this process may use a file so. */
export const makeAccess = (engine: Ground) =>
  async function access(path: unknown, mode: unknown = F_OK): Promise<void> {
    const where = pathOf(path);
    const wanted = accessModeOf(mode);
    if (where === undefined || wanted === undefined) return engine.oracle.access(path, mode);
    const pending = engine().access(where, wanted);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "access", where);
    return undefined;
  };
