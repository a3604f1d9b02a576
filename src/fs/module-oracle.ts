/** The oracle of a surface over a given module: the module's own promises, and nobody where it has none. */

import type { FileSystemShape } from "../backends/file-system-shape";
import { errnoNamed } from "../backends/errno";
import { systemError } from "../errors";
import { nodeSurface, type Oracle } from "./oracle";

type Call = (...args: unknown[]) => unknown;

/** Looked up at each call, so that a patched module keeps its meaning. */
function askModule(module: FileSystemShape, name: string, args: unknown[]): unknown {
  const { promises } = module as { promises?: Readonly<Record<string, unknown>> };
  const own = promises?.[name];
  if (typeof own === "function") return (own as Call).apply(promises, args);
  const error = systemError(errnoNamed("ENOSYS"), name);
  error.message += `: the given fs has no promises.${name}`;
  throw error;
}

const alike = (call: Call, ofNode: Call): Call =>
  Object.defineProperties(call, {
    name: { value: ofNode.name, configurable: true },
    length: { value: ofNode.length, configurable: true },
  });

function answering(module: FileSystemShape, name: string, ofNode: Call): Call {
  if (ofNode.constructor.name !== "AsyncGeneratorFunction")
    return alike(async (...args) => askModule(module, name, args), ofNode);
  const iterate = async function* (...args: unknown[]): AsyncGenerator {
    yield* askModule(module, name, args) as AsyncIterable<unknown>;
  };
  return alike(iterate, ofNode);
}

export function moduleOracle(module: FileSystemShape): Oracle {
  const functions = Object.entries(nodeSurface)
    .filter((entry): entry is [string, Call] => typeof entry[1] === "function")
    .map(([name, ofNode]) => [name, answering(module, name, ofNode)]);
  return Object.fromEntries(functions) as Oracle;
}
