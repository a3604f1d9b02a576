import { systemError } from "../errors";
import { pathOf } from "./arguments";
import type { Ground } from "./ground";
import { encoded, nameEncodingOf, wantsBytes } from "./name-encoding";

/** link(existingPath, newPath): a second name for a file. */
export const makeLink = (engine: Ground) =>
  async function link(existingPath: unknown, newPath: unknown): Promise<void> {
    const from = pathOf(existingPath);
    const to = pathOf(newPath);
    if (from === undefined || to === undefined) return engine.oracle.link(existingPath, newPath);
    const pending = engine().link(from, to);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "link", from, to);
    return undefined;
  };

// The type means something on Windows only, where Node looks at the target for it and rewrites that as well.
const saysNothing: ReadonlySet<unknown> = new Set(
  process.platform === "win32" ? [] : [undefined, null, "dir", "file", "junction"],
);

/** symlink(target, path[, type]) */
export const makeSymlink = (engine: Ground) =>
  async function symlink(target: unknown, path: unknown, type: unknown): Promise<void> {
    const content = pathOf(target);
    const where = pathOf(path);
    if (content === undefined || where === undefined || !saysNothing.has(type)) return engine.oracle.symlink(target, path, type);
    const pending = engine().symlink(content, where);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "symlink", content, where);
    return undefined;
  };

/** readlink(path[, options]): what a symbolic link says. */
export const makeReadlink = (engine: Ground) =>
  async function readlink(path: unknown, options: unknown): Promise<unknown> {
    const encoding = nameEncodingOf(options);
    const where = pathOf(path);
    if (where === undefined || encoding === undefined) return engine.oracle.readlink(path, options);
    const pending = engine().readlink(where, wantsBytes(encoding));
    const content = pending instanceof Promise ? await pending : pending;
    if (typeof content === "number") throw systemError(content, "readlink", where);
    return encoded(content, encoding);
  };

/** realpath(path[, options]): the absolute path without links, as the system's realpath(3) finds it. */
export const makeRealpath = (engine: Ground) =>
  async function realpath(path: unknown, options: unknown): Promise<unknown> {
    const encoding = nameEncodingOf(options);
    const where = pathOf(path);
    if (where === undefined || encoding === undefined) return engine.oracle.realpath(path, options);
    const pending = engine().realpath(where, wantsBytes(encoding));
    const found = pending instanceof Promise ? await pending : pending;
    if (typeof found === "number") throw systemError(found, "realpath", where);
    return encoded(found, encoding);
  };
