/** Where the twin folders lie: on a real disk beneath the project and, when there is one, in memory. */

import { accessSync, constants, statfsSync } from "node:fs";
import { join } from "node:path";

export interface Medium {
  /** "disk" and "memory", or a file system's. */
  readonly name: string;
  /** Made and removed by the run. */
  readonly folder: string;
  /** Nothing in it needs to be removed: it goes with its mount. */
  readonly passing?: true;
}

const tmpfs = 0x01021994;

export interface Media {
  readonly present: readonly Medium[];
  /** Why not more. */
  readonly missing: readonly string[];
}

export function media(project: string): Media {
  const mark = String(process.pid).padStart(7, "0");
  const present: Medium[] = [{ name: "disk", folder: join(project, "scratch", "compat", mark) }];
  try {
    accessSync("/dev/shm", constants.W_OK);
    if (statfsSync("/dev/shm").type === tmpfs) {
      present.push({ name: "memory", folder: join("/dev/shm", `caio-compat-${mark}`) });
      return { present, missing: [] };
    }
  } catch {
    // Said below: the run goes on without.
  }
  return { present, missing: ["memory: no writable tmpfs at /dev/shm"] };
}
