import { systemError } from "../errors";
import { pathOf } from "./arguments";
import type { Ground } from "./ground";
import { nodeFs } from "../backends/node-fs";

const { constants } = nodeFs;

const { COPYFILE_EXCL, COPYFILE_FICLONE, COPYFILE_FICLONE_FORCE } = constants;
const every = COPYFILE_EXCL | COPYFILE_FICLONE | COPYFILE_FICLONE_FORCE;

const copyModeOf = (mode: unknown): number | undefined => {
  if (mode === undefined || mode === null) return 0;
  return typeof mode === "number" && (mode & every) === mode ? mode | 0 : undefined;
};

/** copyFile(src, dest[, mode]) */
export const makeCopyFile = (engine: Ground) =>
  async function copyFile(src: unknown, dest: unknown, mode: unknown): Promise<void> {
    const from = pathOf(src);
    const to = pathOf(dest);
    const how = copyModeOf(mode);
    if (from === undefined || to === undefined || how === undefined) return engine.oracle.copyFile(src, dest, mode);
    const pending = engine().copyFile(from, to, how);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "copyfile", from, to);
    return undefined;
  };
