/** Folders: compiled files lie in out/, what they were made from beside it. */

import { homedir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(__dirname, "../..");

/** Other runtimes and the compiled C loops, from one run to the next; outside the package. */
export const cacheFolder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "caio-bench");

export const workFolder = (): string => join(root, "scratch", `bench-${process.pid}`);
