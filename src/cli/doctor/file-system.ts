/** The file system that a path lies on, and how the engine takes it. */

import path from "node:path";

import { loadAddon } from "../../backends/addon";
import { traits } from "../../backends/engine";
import { nodeFs } from "../../backends/node-fs";
import { textOf } from "./proc";

export interface FileSystem {
  readonly path: string;
  /** Undefined where the system has no mountinfo. */
  readonly mount: Mount | undefined;
  /** No operation on names waits for a network or a server in user space. Undefined without the native addon. */
  readonly local: boolean | undefined;
}

export interface Mount {
  readonly point: string;
  readonly type: string;
  readonly source: string;
  readonly options: string;
}

/** proc(5) writes white space and backslashes in octal. */
const plain = (text: string): string => text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

const isWithin = (place: string, point: string): boolean => point === "/" || place === point || place.startsWith(`${point}/`);

/** @param table the text of mountinfo; of mounts on one another, the last in it is what is seen */
export function mountOf(place: string, table: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of table.split("\n")) {
    // id parent major:minor root mount-point options [tags…] - type source super-options
    const [before = "", after = ""] = line.split(" - ");
    const [, , , , point = "", options = ""] = before.split(" ");
    const [type = "", source = ""] = after.split(" ");
    const mount = { point: plain(point), type, source: plain(source), options };
    if (type === "" || !isWithin(place, mount.point)) continue;
    if (found === undefined || mount.point.length >= found.point.length) found = mount;
  }
  return found;
}

function isLocal(place: string): boolean | undefined {
  const { native } = loadAddon();
  if (native === undefined) return undefined;
  const fd = nodeFs.openSync(place, nodeFs.constants.O_RDONLY | nodeFs.constants.O_NONBLOCK);
  try {
    const described = native.describe(fd);
    return described >= 0 && (described & traits.LOCAL) !== 0;
  } finally {
    nodeFs.closeSync(fd);
  }
}

/** @throws the system error of a path that is not there, or that is not for us to read */
export function fileSystemOf(given: string): FileSystem {
  const place = nodeFs.realpathSync(path.resolve(given));
  const table = textOf("/proc/self/mountinfo");
  return { path: place, mount: table === undefined ? undefined : mountOf(place, table), local: isLocal(place) };
}
