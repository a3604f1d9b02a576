/**
 * The oracle of a surface over a given module. What is wrong with the arguments Node says, as everywhere; what is
 * asked for with good ones is asked of the module's own promises, and of nobody where it has none.
 */

import { sep } from "node:path";
import type { FileSystemShape } from "../backends/file-system-shape";
import { errnoNamed } from "../backends/errno";
import { systemError } from "../errors";
import { pathOf } from "./arguments";
import { descriptorOf } from "./file-handle";
import { mayBeHandle } from "./handle-argument";
import { nodeSurface, type Oracle } from "./oracle";
import { onSample } from "./sample";

type Call = (...args: unknown[]) => unknown;

/** Nothing is there, and nothing can be made: the way to it leads through a file. */
const nowhere = `${process.execPath}${sep}nowhere`;

const pathsTaken: Readonly<Record<string, number>> = { copyFile: 2, cp: 2, link: 2, rename: 2, symlink: 2 };

const isSystemError = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "errno" in error && typeof error.errno === "number";

/** Node's own complaint about the arguments; for the asking, the paths lead nowhere, so that nothing comes of it. */
async function complainAbout(name: string, ofNode: Call, args: readonly unknown[]): Promise<void> {
  // Looked at only when the file is open.
  if (name === "truncate" && pathOf(args[0]) !== undefined) return onSample((sample) => sample["truncate"]?.(args[1]));
  const paths = pathsTaken[name] ?? 1;
  const harmless = args.map((value, index) => (index < paths && pathOf(value) !== undefined ? nowhere : value));
  try {
    await ofNode(...harmless);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Looked up at each call, so that a patched module keeps its meaning. */
function askModule(module: FileSystemShape, name: string, args: unknown[]): unknown {
  const { promises } = module as { promises?: Readonly<Record<string, unknown>> };
  const own = promises?.[name];
  if (typeof own === "function") return (own as Call).apply(promises, args);
  const error = systemError(errnoNamed("ENOSYS"), name);
  error.message += `: the given fs has no promises.${name}`;
  throw error;
}

/** readFile and its like on a handle of ours, which no module knows. */
async function askHandle(name: string, ofNode: Call, [handle, ...args]: unknown[]): Promise<unknown> {
  const { [name]: method, fd } = handle as Readonly<Record<string, Call>> & { readonly fd: number };
  if (fd !== -1 && method !== undefined) return method.apply(handle, args);
  return onSample(async (sample) => {
    await sample.close();
    await ofNode(sample, ...args);
  });
}

const alike = (call: Call, ofNode: Call): Call =>
  Object.defineProperties(call, {
    name: { value: ofNode.name, configurable: true },
    length: { value: ofNode.length, configurable: true },
  });

function answering(module: FileSystemShape, name: string, ofNode: Call): Call {
  if (ofNode.constructor.name === "AsyncGeneratorFunction") {
    const iterate = async function* (...args: unknown[]): AsyncGenerator {
      yield* askModule(module, name, args) as AsyncIterable<unknown>;
    };
    return alike(iterate, ofNode);
  }
  const ask = async (...args: unknown[]): Promise<unknown> => {
    const [first] = args;
    if (mayBeHandle(first) && descriptorOf(first) !== undefined) return askHandle(name, ofNode, args);
    await complainAbout(name, ofNode, args);
    // Node's promises take a function for nothing; some modules would take it for a callback, and never settle.
    return askModule(module, name, args.map((value) => (typeof value === "function" ? undefined : value)));
  };
  return alike(ask, ofNode);
}

export function moduleOracle(module: FileSystemShape): Oracle {
  const functions = Object.entries(nodeSurface)
    .filter((entry): entry is [string, Call] => typeof entry[1] === "function")
    .map(([name, ofNode]) => [name, answering(module, name, ofNode)]);
  return Object.fromEntries(functions) as Oracle;
}
