/** Modules of Node's that few ask for and that every program would wait for at its start. */

import { createRequire } from "node:module";

/** Not `require`: whoever holds that holds the file of all modules, and with it this copy of caio (scripts/join-modules.cjs). */
const requireBuiltin = createRequire(__filename);

export const crypto = () => requireBuiltin("node:crypto") as typeof import("node:crypto");
export const readline = () => requireBuiltin("node:readline") as typeof import("node:readline");
export const v8 = () => requireBuiltin("node:v8") as typeof import("node:v8");
export const webStreams = () => requireBuiltin("node:stream/web") as typeof import("node:stream/web");
