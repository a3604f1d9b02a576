import { types } from "node:util";
import { systemError } from "../errors";
import { modeOf, pathOf } from "./arguments";
import type { Ground } from "./ground";

/** Permissions to be set; unlike the mode of a file to be made, they have to be given. */
export const permissionsOf = (mode: unknown): number | undefined => (mode === undefined || mode === null ? undefined : modeOf(mode, 0));

const largestId = 2 ** 32 - 1;

/** A user's or a group's number; −1 leaves the file with the one it has, and −0 becomes 0, of which Node's C++ would die. */
export const idOf = (id: unknown): number | undefined =>
  typeof id === "number" && Number.isInteger(id) && id >= -1 && id <= largestId ? id + 0 : undefined;

const finite = (seconds: number): number | undefined => (Number.isFinite(seconds) ? seconds : undefined);

/** A time in seconds since 1970: a Date, a number of seconds (negative: now) or one as text (negative: before 1970). */
export const secondsOf = (time: unknown): number | undefined => {
  if (typeof time === "number") return time < 0 && Number.isFinite(time) ? Date.now() / 1000 : finite(time);
  if (typeof time === "string") return finite(Number(time));
  return types.isDate(time) ? finite(Date.prototype.getTime.call(time) / 1000) : undefined;
};

/** chmod(path, mode) */
export const makeChmod = (engine: Ground) =>
  async function chmod(path: unknown, mode: unknown): Promise<void> {
    const where = pathOf(path);
    const permissions = permissionsOf(mode);
    if (where === undefined || permissions === undefined) return engine.oracle.chmod(path, mode);
    const pending = engine().chmod(where, permissions);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "chmod", where);
    return undefined;
  };

/** chown(path, uid, gid) */
export const makeChown = (engine: Ground) =>
  async function chown(path: unknown, uid: unknown, gid: unknown): Promise<void> {
    const where = pathOf(path);
    const user = idOf(uid);
    const group = idOf(gid);
    if (where === undefined || user === undefined || group === undefined) return engine.oracle.chown(path, uid, gid);
    const pending = engine().chown(where, user, group, true);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "chown", where);
    return undefined;
  };

/** lchown(path, uid, gid): of a symbolic link itself. */
export const makeLchown = (engine: Ground) =>
  async function lchown(path: unknown, uid: unknown, gid: unknown): Promise<void> {
    const where = pathOf(path);
    const user = idOf(uid);
    const group = idOf(gid);
    if (where === undefined || user === undefined || group === undefined) return engine.oracle.lchown(path, uid, gid);
    const pending = engine().chown(where, user, group, false);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "lchown", where);
    return undefined;
  };

/** utimes(path, atime, mtime) */
export const makeUtimes = (engine: Ground) =>
  async function utimes(path: unknown, atime: unknown, mtime: unknown): Promise<void> {
    const where = pathOf(path);
    const accessed = secondsOf(atime);
    const modified = secondsOf(mtime);
    if (where === undefined || accessed === undefined || modified === undefined) return engine.oracle.utimes(path, atime, mtime);
    const pending = engine().utimes(where, accessed, modified, true);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "utime", where);
    return undefined;
  };

/** lutimes(path, atime, mtime): of a symbolic link itself. */
export const makeLutimes = (engine: Ground) =>
  async function lutimes(path: unknown, atime: unknown, mtime: unknown): Promise<void> {
    const where = pathOf(path);
    const accessed = secondsOf(atime);
    const modified = secondsOf(mtime);
    if (where === undefined || accessed === undefined || modified === undefined) return engine.oracle.lutimes(path, atime, mtime);
    const pending = engine().utimes(where, accessed, modified, false);
    const result = typeof pending === "number" ? pending : await pending;
    if (result < 0) throw systemError(result, "lutime", where);
    return undefined;
  };
