/**
 * `caio/register`: node:fs/promises of a whole program on the engine. `node --import caio/register app.js`, or
 * `--require`; workers inherit it, and so do child processes where NODE_OPTIONS says it. The callback and synchronous
 * functions of node:fs stay Node's. CAIO_REGISTER=0 switches it off; CAIO_REGISTER_FUNCTIONS=readFile,stat is the list of
 * the functions to replace, where it shall not be all.
 */

import { syncBuiltinESMExports } from "node:module";
import { selectedBackend } from "./backends/select";
import { nodeSurface, replaceNodes } from "./fs/oracle";

/** A name that this Node does not have is refused: what is misspelt would go unnoticed. */
function chosenFunctions(list: string | undefined): readonly string[] | undefined {
  if (list === undefined || list.trim() === "") return undefined;
  const names = list.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => typeof nodeSurface[name] !== "function");
  if (unknown.length === 0) return names;
  const error = new TypeError(`CAIO_REGISTER_FUNCTIONS names what is no function of node:fs/promises: ${unknown.join(", ")}`);
  throw Object.assign(error, { code: "ERR_INVALID_ARG_VALUE" });
}

// On the js backend everything would come back to node:fs in a roundabout way: there, Node's own functions stay.
if (process.env.CAIO_REGISTER !== "0") {
  const chosen = chosenFunctions(process.env.CAIO_REGISTER_FUNCTIONS);
  if (selectedBackend() !== "js") replace(chosen);
}

function replace(chosen: readonly string[] | undefined): void {
  // What is loaded only now costs nothing to those who have switched it off.
  const ours = require("./fs/index") as typeof import("./fs/index");
  const isChosen = ([name]: [string, unknown]): boolean => chosen === undefined || chosen.includes(name);
  replaceNodes(Object.fromEntries(Object.entries(ours).filter(isChosen)));
  // For those who import the functions by name.
  syncBuiltinESMExports();
}
