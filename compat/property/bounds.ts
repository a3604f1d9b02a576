/** Keeps random programs inside their room: a call that may reach out of it is not made, by the oracle no more than by a subject. */

import { realpathSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Room } from "./expressions";

const within = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);

/** What a path would be to Node; undefined for what is none. */
export function pathIn(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  // A detached one cannot even be looked at.
  if (value instanceof Uint8Array) return value.length === 0 ? "" : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
  if (typeof value === "object" && value !== null && "href" in value) {
    try {
      return fileURLToPath(value as URL);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** Functions with a second path. */
const twoPaths = new Set(["copyFile", "cp", "link", "rename", "symlink"]);
/** Functions that go down into whatever they are pointed at. */
const deep = new Set(["cp", "readdir", "rm", "rmdir", "opendir"]);

const leadsOut = (path: string, from: string, room: Room): boolean => !within(resolve(from, path.replace(/\0.*/s, "")), room.here);

/** Links may have been moved, so what a name says is not where it leads. */
function endsOutside(path: string, nest: string): boolean {
  try {
    return !within(realpathSync.native(path), nest);
  } catch {
    return false;
  }
}

/** @param nest the folders around the room, which are the program's own as well */
export function isOutOfBounds(name: string, args: readonly unknown[], room: Room, nest: string): boolean {
  const paths = args.slice(0, twoPaths.has(name) ? 2 : 1).map(pathIn);
  const [first, second] = paths;
  if (name === "symlink") {
    if (second === undefined || first === undefined) return false;
    return leadsOut(second, room.here, room) || leadsOut(first, dirname(resolve(room.here, second)), room);
  }
  if (paths.some((path) => path !== undefined && leadsOut(path, room.here, room))) return true;
  return deep.has(name) && paths.some((path) => path !== undefined && endsOutside(path, nest));
}
