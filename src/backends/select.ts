/** Which backend serves: the order, what was asked for, what this machine offers; and the engines made from that. */

import { loadAddon, type Obstacle } from "./addon";
import { readChoice } from "./choice";
import { diagnose } from "./diagnosis";
import { backendNames, type BackendName, type Engine } from "./engine";
import { JsEngine } from "./js";
import { NativeEngine } from "./native";
import type { FileSystemShape } from "./file-system-shape";

export interface BackendReport {
  readonly name: BackendName;
  readonly available: boolean;
  /** It serves the functions of `caio/fs` and the contexts of `caio`. */
  readonly inUse: boolean;
  /** Why it is not available. */
  readonly reason?: string;
  /** What would make it available. */
  readonly mend?: string;
}

/** A backend that was passed over when an engine was made. */
export interface Fallback {
  readonly from: BackendName;
  readonly reason: string;
}

export interface EngineOptions {
  readonly maxRequests: number;
  readonly poolSize: number;
  readonly deferred: boolean;
  readonly sqpoll: boolean;
  readonly tryNow: boolean;
  /** The module that the js backend drives; with another backend it has no effect. */
  readonly fs?: FileSystemShape | undefined;
}

export interface CreatedEngine {
  readonly engine: Engine;
  readonly fallback: readonly Fallback[];
}

export const defaultOptions: EngineOptions = {
  maxRequests: 512,
  poolSize: 8,
  deferred: true,
  sqpoll: false,
  tryNow: process.env.CAIO_TRY_NOW !== "0",
};

/** A typo in CAIO_IMPL is an error at import, not at the first operation. */
const choice = readChoice();

const firstLook = new Map<BackendName, Obstacle | undefined>();

/** What keeps a backend from serving here and now. */
function look(name: BackendName): Obstacle | undefined {
  if (name === "js") return undefined;
  const addon = loadAddon();
  if (addon.native === undefined) return addon.obstacle;
  const result = addon.native.probe(name);
  return result < 0 ? diagnose(name, result) : undefined;
}

/** What kept it from serving when it was first asked about; a choice once made stays. */
function obstacleOf(name: BackendName): Obstacle | undefined {
  if (!firstLook.has(name)) firstLook.set(name, look(name));
  return firstLook.get(name);
}

const isAvailable = (name: BackendName): boolean => obstacleOf(name) === undefined;

function choose(): BackendName {
  if (choice !== undefined) {
    const obstacle = obstacleOf(choice.name);
    if (obstacle === undefined) return choice.name;
    if (choice.warn) {
      process.emitWarning(`CAIO_IMPL=${choice.name} is not available: ${obstacle.reason}. To mend it: ${obstacle.mend}`, {
        type: "CaioWarning",
        code: "CAIO_BACKEND_UNAVAILABLE",
      });
    }
  }
  return backendNames.find(isAvailable) ?? "js";
}

let chosen: BackendName | undefined;

/** The backend for whoever names none. The first call decides, and warns if CAIO_IMPL cannot be followed. */
export const selectedBackend = (): BackendName => (chosen ??= choose());

/** @throws Error ERR_CAIO_BACKEND_UNAVAILABLE with the diagnosis */
export function requireBackend(name: BackendName): void {
  const obstacle = obstacleOf(name);
  if (obstacle === undefined) return;
  const error = new Error(`The backend '${name}' is not available: ${obstacle.reason}. To mend it: ${obstacle.mend}`);
  throw Object.assign(error, { code: "ERR_CAIO_BACKEND_UNAVAILABLE", backend: name, ...obstacle });
}

function create(name: BackendName, options: EngineOptions): Engine | Obstacle {
  if (name === "js") return new JsEngine(options);
  const addon = loadAddon();
  if (addon.native === undefined) return addon.obstacle;
  const { maxRequests, poolSize, deferred, sqpoll, tryNow } = options;
  const made = NativeEngine.create(addon.native, { backend: name, maxRequests, poolSize, deferred, sqpoll, tryNow });
  return typeof made === "number" ? diagnose(name, made) : made;
}

/**
 * A new engine on the named backend, or on the next one that can be set up.
 *
 * @throws Error ERR_CAIO_BACKEND_UNAVAILABLE if the named backend was never available here
 */
export function createEngine(name: BackendName = selectedBackend(), options: EngineOptions = defaultOptions): CreatedEngine {
  requireBackend(name);
  const fallback: Fallback[] = [];
  for (const candidate of backendNames.slice(backendNames.indexOf(name))) {
    const made = obstacleOf(candidate) ?? create(candidate, options);
    if (!("reason" in made)) return { engine: made, fallback };
    fallback.push({ from: candidate, reason: made.reason });
  }
  throw new Error("caio: the js backend cannot fail");
}

const shared = new Map<BackendName, Engine>();

/**
 * The engine that all of caio/fs shares, made on first use; one per backend.
 *
 * @throws Error ERR_CAIO_BACKEND_UNAVAILABLE if a name is given that is not available here
 */
export function engineFor(name: BackendName = selectedBackend()): Engine {
  let engine = shared.get(name);
  if (engine === undefined) {
    engine = createEngine(name).engine;
    shared.set(name, engine);
  }
  return engine;
}

/** All four, in the order in which they are chosen; looked at anew in each call. */
export function backendReports(): BackendReport[] {
  const selected = selectedBackend();
  const inUse = shared.get(selected)?.backend ?? selected;
  return backendNames.map((name) => {
    const obstacle = look(name);
    return { name, available: obstacle === undefined, inUse: name === inUse, ...obstacle };
  });
}
