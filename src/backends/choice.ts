/** The name that was asked for: CAIO_IMPL, or the first telling line of a default_implementation file beside package.json. */

import path from "node:path";

import { packageRoot } from "./addon";
import { backendNames, type BackendName } from "./engine";
import { nodeFs } from "./node-fs";

export interface Choice {
  readonly name: BackendName;
  /** The user asked: tell them when they do not get it. A distributor's default stays silent. */
  readonly warn: boolean;
}

export function isBackendName(name: string): name is BackendName {
  return (backendNames as readonly string[]).includes(name);
}

function named(name: string, source: string): BackendName {
  if (isBackendName(name)) return name;
  const error = new TypeError(`${source} must be one of '${backendNames.join("', '")}'. Received '${name}'`);
  throw Object.assign(error, { code: "ERR_INVALID_ARG_VALUE" });
}

function defaultImplementation(): string | undefined {
  let text;
  try {
    text = nodeFs.readFileSync(path.join(packageRoot, "default_implementation"), "utf8");
  } catch {
    return undefined;
  }
  return text.split(/\r?\n/).map((line) => line.replace(/#.*/, "").trim()).find((line) => line !== "");
}

/**
 * Undefined: nothing was asked for, the order decides.
 * @throws TypeError ERR_INVALID_ARG_VALUE for an unknown name, in the file as well: a typo there is found at packaging.
 */
export function readChoice(): Choice | undefined {
  const wanted = process.env.CAIO_IMPL;
  if (wanted !== undefined && wanted !== "") return { name: named(wanted, "CAIO_IMPL"), warn: true };
  const file = defaultImplementation();
  return file === undefined ? undefined : { name: named(file, "default_implementation"), warn: false };
}
