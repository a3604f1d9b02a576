/**
 * How each kind of operation is routed on a file system: not told from rules, but tried there, and read from the engine's
 * counters. Once as operations usually are, alone and with their data in memory, and once with the attempts on the
 * calling thread switched off, which shows where an operation goes that would have to wait.
 */

import path from "node:path";
import { getSystemErrorMap } from "node:util";

import { alignedBuffer } from "../../aligned-buffer";
import { traits, type Engine, type Eventual, type OpenFile, type RouteName } from "../../backends/engine";
import { nodeFs } from "../../backends/node-fs";
import { createEngine, defaultOptions, selectedBackend } from "../../backends/select";

export interface KindRoutes {
  readonly operation: string;
  /** The route, or the name of the error that the operation ended with. */
  readonly usual: string;
  readonly mustWait: string;
}

const { O_CREAT, O_DIRECT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = nodeFs.constants;
const length = 4096;

interface Attempt {
  readonly operation: string;
  /** As the engine's counters call it. */
  readonly kind: string;
  readonly run: (engine: Engine) => Eventual<unknown>;
}

function descriptorOf(opened: number | OpenFile): { fd: number; described: number } {
  return typeof opened === "number" ? { fd: opened, described: traits.UNKNOWN } : { fd: opened.fd, described: opened.traits };
}

async function openAndClose(engine: Engine, file: string): Promise<number> {
  const { fd, described } = descriptorOf(await engine.open(file, O_RDONLY, 0));
  return fd < 0 ? fd : engine.close(fd, described);
}

/** What reads alone: the names of the path itself. */
const onNames = (place: string): Attempt[] => [
  { operation: "stat", kind: "stat", run: (engine) => engine.stat(place, true) },
  { operation: "access", kind: "access", run: (engine) => engine.access(place, nodeFs.constants.R_OK) },
];

const onFolder = (folder: string): Attempt[] => [{ operation: "readdir", kind: "readdir", run: (engine) => engine.readdir(folder, false, false) }];

/** What is done in a folder of the doctor's own. */
function onFiles(folder: string, fd: number, direct: number | undefined): Attempt[] {
  const file = path.join(folder, "file");
  const made = path.join(folder, "made");
  const memory = alignedBuffer(length, length);
  const transfers = (kind: "read" | "write"): Attempt[] =>
    [fd, direct].flatMap((at): Attempt[] => {
      if (at === undefined) return [];
      const operation = at === direct ? `${kind} O_DIRECT` : kind;
      return [{ operation, kind, run: (engine) => engine[kind](at, memory, 0, length, 0, engine.describe(at)) }];
    });
  return [
    { operation: "open", kind: "open", run: (engine) => openAndClose(engine, file) },
    { operation: "close", kind: "close", run: (engine) => openAndClose(engine, file) },
    // Before the writes with O_DIRECT, which take what they pass by out of memory.
    { operation: "readFile", kind: "readFile", run: (engine) => engine.readFile(file, O_RDONLY, undefined) },
    ...transfers("read"),
    ...transfers("write"),
    { operation: "writeFile", kind: "writeFile", run: (engine) => engine.writeFile(made, memory, O_WRONLY | O_CREAT | O_TRUNC, 0o600, false) },
    { operation: "fsync", kind: "fsync", run: (engine) => engine.fsync(fd) },
    { operation: "rename", kind: "rename", run: (engine) => engine.rename(made, `${made}-too`) },
    { operation: "unlink", kind: "unlink", run: (engine) => engine.unlink(`${made}-too`) },
    { operation: "mkdir", kind: "mkdir", run: (engine) => engine.mkdir(made, 0o700, false) },
    { operation: "rmdir", kind: "rmdir", run: (engine) => engine.rmdir(made) },
  ];
}

const routeNames: Readonly<Record<RouteName, string>> = {
  tryNowHit: "at once",
  tryNowMiss: "",
  ring: "ring",
  ioSubmit: "kernel AIO",
  pool: "pool",
  js: "js",
};

/** A miss is counted once more, by the route that the operation took then. */
function routeTaken(counts: Partial<Record<RouteName, number>> = {}): string {
  const names = Object.keys(routeNames) as RouteName[];
  return names.filter((name) => name !== "tryNowMiss" && (counts[name] ?? 0) > 0).map((name) => routeNames[name]).join(", ");
}

/** On an engine of its own: after others, an engine expects more to come, and shares the work of what it would do at once. */
async function routeOf({ kind, run }: Attempt, tryNow: boolean): Promise<string> {
  const { engine } = createEngine(selectedBackend(), { ...defaultOptions, tryNow });
  try {
    const result = await run(engine);
    if (typeof result === "number" && result < 0) return getSystemErrorMap().get(result)?.[0] ?? `error ${-result}`;
    return routeTaken(engine.counters()[kind]);
  } finally {
    await engine.end();
  }
}

async function tryAll(attempts: readonly Attempt[]): Promise<KindRoutes[]> {
  const usual: string[] = [];
  // All in one way, then all in the other: some attempts leave what the next one needs.
  for (const attempt of attempts) usual.push(await routeOf(attempt, defaultOptions.tryNow));
  const found: KindRoutes[] = [];
  for (const [index, attempt] of attempts.entries()) {
    found.push({ operation: attempt.operation, usual: usual[index] ?? "", mustWait: await routeOf(attempt, false) });
  }
  return found;
}

function openDirect(file: string): number | undefined {
  if (typeof O_DIRECT !== "number") return undefined;
  try {
    return nodeFs.openSync(file, O_RDWR | O_DIRECT);
  } catch {
    return undefined; // this file system has none
  }
}

/** What is done to files is tried in this folder, which is the doctor's own. */
async function tryInFolder(folder: string): Promise<KindRoutes[]> {
  const file = path.join(folder, "file");
  nodeFs.writeFileSync(file, Buffer.alloc(length));
  const fd = nodeFs.openSync(file, "r+");
  const direct = openDirect(file);
  try {
    return await tryAll([...onNames(file), ...onFolder(folder), ...onFiles(folder, fd, direct)]);
  } finally {
    nodeFs.closeSync(fd);
    if (direct !== undefined) nodeFs.closeSync(direct);
  }
}

export interface Routes {
  readonly routes: readonly KindRoutes[];
  /** Why only what reads was tried. */
  readonly readOnly: string | undefined;
}

/** @param place absolute; a folder, or a file beside which the doctor may work */
export async function routesAt(place: string): Promise<Routes> {
  const isFolder = nodeFs.statSync(place).isDirectory();
  const parent = isFolder ? place : path.dirname(place);
  let folder: string;
  try {
    folder = nodeFs.mkdtempSync(path.join(parent, ".caio-doctor-"));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { routes: await tryAll([...onNames(place), ...(isFolder ? onFolder(place) : [])]), readOnly: `${parent} cannot be written to (${code})` };
  }
  try {
    return { routes: await tryInFolder(folder), readOnly: undefined };
  } finally {
    nodeFs.rmSync(folder, { recursive: true, force: true });
  }
}
