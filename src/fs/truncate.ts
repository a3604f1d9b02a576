import { systemError } from "../errors";
import { pathOf } from "./arguments";
import { Descriptor, thenClose } from "./descriptor";
import type { Ground } from "./ground";
import { nodeFs } from "../backends/node-fs";

const { constants } = nodeFs;

/** A length that truncate takes; negative ones mean 0. */
export const lengthOf = (length: unknown): number | undefined =>
  typeof length === "number" && Number.isSafeInteger(length) ? Math.max(0, length) : undefined;

async function setLength(file: Descriptor, length: number): Promise<void> {
  const result = await file.truncate(length);
  if (result < 0) throw systemError(result, "ftruncate");
}

/** truncate(path[, len]): opens for writing, sets the length, closes. */
export const makeTruncate = (engine: Ground) =>
  async function truncate(path: unknown, len: unknown = 0): Promise<void> {
    const where = pathOf(path);
    const length = lengthOf(len);
    if (where === undefined || length === undefined) return engine.oracle.truncate(path, len);
    const opened = await engine().open(where, constants.O_RDWR, 0o666);
    if (typeof opened === "number") throw systemError(opened, "open", where);
    const file = new Descriptor(engine(), opened.fd, opened.traits);
    await thenClose(engine, file, setLength(file, length));
    return undefined;
  };
