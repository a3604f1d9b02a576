/** Loads the native addon, once per JS environment, or says why there is none. */

import { createRequire } from "node:module";
import path from "node:path";

import type { Native } from "../../typings/native";
import { nodeFs } from "./node-fs";
import { platformName, prebuiltAddon } from "./prebuild";

/** From dist/caio.js, which holds this module too (scripts/join-modules.cjs). */
export const packageRoot = path.join(__dirname, "..");

/** A bundler has put this module into another file, far from the package's folder. */
const isBundled = path.basename(__filename) !== "caio.js";

/** What was built on this machine goes before what came with the package; a bundle has the latter beside itself. */
const addonFiles = (): string[] =>
  isBundled ? [prebuiltAddon(__dirname)] : [path.join(packageRoot, "build", "Release", "caio.node"), prebuiltAddon(packageRoot)];

/** Node's own: a bundler would put something else in the place of a plain `require` of what is not there when it runs. */
const requireFile = createRequire(__filename);

/** Written by scripts/install.cjs when it could not build the addon. */
const unavailableFile = path.join(packageRoot, "build", "unavailable");

export interface Obstacle {
  readonly reason: string;
  readonly mend: string;
}

export type Addon = { readonly native: Native; readonly file: string } | { readonly native: undefined; readonly obstacle: Obstacle };

const functions = ["probe", "createEngine", "describe", "alignedBuffer", "warmMemory", "giveBack"] as const;
const numbers = ["PENDING", "statFields", "recordLength", "batchStride"] as const;
const lists = ["opcodes", "routes"] as const;

/** An addon of another build would be worse than none: the floors above trust its numbers. */
function isNative(loaded: unknown): loaded is Native {
  if (typeof loaded !== "object" || loaded === null) return false;
  const exported = new Map<string, unknown>(Object.entries(loaded));
  return (
    exported.get("unclaimed") instanceof Uint8Array &&
    functions.every((name) => typeof exported.get(name) === "function") &&
    numbers.every((name) => typeof exported.get(name) === "number") &&
    lists.every((name) => Array.isArray(exported.get(name)))
  );
}

/** Why the addon, though of this version, does not serve in this runtime. */
function refusalOf(loaded: unknown): string | undefined {
  return typeof loaded === "object" && loaded !== null && "refusal" in loaded && typeof loaded.refusal === "string" ? loaded.refusal : undefined;
}

const rebuild = "run `npm rebuild caio` where cmake and a C++20 compiler are installed";

function whyThereIsNone(): Obstacle {
  if (isBundled) {
    return { reason: "the native addon is not in the bundle", mend: "mark caio as external, or copy its folder prebuilds to where the bundle is" };
  }
  try {
    const told: unknown = JSON.parse(nodeFs.readFileSync(unavailableFile, "utf8"));
    if (typeof told === "object" && told !== null && "reason" in told && typeof told.reason === "string") {
      return { reason: `the native addon was not built: ${told.reason}`, mend: rebuild };
    }
  } catch {
    // No such note: the install script never ran (npm install --ignore-scripts), or it is not for us to read.
  }
  return { reason: `the native addon is missing: none came built for ${platformName()}, and the install script did not run`, mend: rebuild };
}

function loadFile(file: string): Addon {
  try {
    const loaded: unknown = requireFile(file);
    if (isNative(loaded)) return { native: loaded, file };
    const refusal = refusalOf(loaded);
    if (refusal !== undefined) return { native: undefined, obstacle: { reason: refusal, mend: "run on Node, or stay with js" } };
    return { native: undefined, obstacle: { reason: "the native addon belongs to another version of caio", mend: rebuild } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { native: undefined, obstacle: { reason: `the native addon does not load: ${message}`, mend: rebuild } };
  }
}

function load(): Addon {
  // Native code opens files by itself, past Node's permission model; over node:fs, Node enforces it.
  if ("permission" in process && process.permission !== undefined) {
    return {
      native: undefined,
      obstacle: {
        reason: "Node's permission model is active, and only node:fs enforces it",
        mend: "run without --permission, or stay with js",
      },
    };
  }
  let failure: Addon | undefined;
  for (const file of addonFiles().filter((each) => nodeFs.existsSync(each))) {
    const loaded = loadFile(file);
    if (loaded.native !== undefined) return loaded;
    failure ??= loaded;
  }
  return failure ?? { native: undefined, obstacle: whyThereIsNone() };
}

let addon: Addon | undefined;

export const loadAddon = (): Addon => (addon ??= load());
