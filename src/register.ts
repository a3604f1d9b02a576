/**
 * `caio/register`: node:fs/promises of a whole program on the engine. `node --import caio/register app.js`, or
 * `--require`; workers inherit it, and so do child processes where NODE_OPTIONS says it. The callback and synchronous
 * functions of node:fs stay Node's. CAIO_REGISTER=0 switches it off.
 */

import { syncBuiltinESMExports } from "node:module";
import { selectedBackend } from "./backends/select";
import { replaceNodes } from "./fs/oracle";

// On the js backend everything would come back to node:fs in a roundabout way: there, Node's own functions stay.
if (process.env.CAIO_REGISTER !== "0" && selectedBackend() !== "js") {
  // What is loaded only now costs nothing to those who have switched it off.
  replaceNodes(require("./fs/index") as typeof import("./fs/index"));
  // For those who import the functions by name.
  syncBuiltinESMExports();
}
