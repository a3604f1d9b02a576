/** What is changed by chmod, chown and utimes, as node:fs itself sees it; the tree that a scenario leaves does not show all of it. */

import { lstatSync, statSync } from "node:fs";

export const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

export const ownerOf = (path: string): readonly [uid: number, gid: number] => {
  const { uid, gid } = lstatSync(path);
  return [uid, gid];
};

/** In nanoseconds, of a link itself. */
export const timesOf = (path: string): readonly [atime: bigint, mtime: bigint] => {
  const { atimeNs, mtimeNs } = lstatSync(path, { bigint: true });
  return [atimeNs, mtimeNs];
};

/** Whether both times lie within the last minute. */
export const isRecent = (path: string): boolean => {
  const { atimeMs, mtimeMs } = lstatSync(path);
  return [atimeMs, mtimeMs].every((time) => Math.abs(Date.now() - time) < 60_000);
};
