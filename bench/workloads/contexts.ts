/** AsyncContext.read and write beside FileHandle's, with each of its options. */

import { existsSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { AsyncContext, AsyncContextOptions } from "caio";
import { makePatternFile } from "../files";
import { Random } from "../random";
import { messageOf, Refusal } from "../refusal";
import type { Implementation } from "../runner/implementations";
import type { Selection, TimedWorkload } from "../workload";
import { blockReads, blockWrites, type Transfer } from "./block-laps";

const block = 4096;
const mebibyte = 2 ** 20;
const size = 32 * mebibyte;

interface Variant {
  readonly name: string;
  readonly title: string;
  readonly options: AsyncContextOptions;
  readonly registered?: boolean;
}

const plain: Variant = { name: "", title: "", options: {} };

const variants: readonly Variant[] = [
  { name: "-immediate", title: ", deferred: false", options: { deferred: false } },
  { name: "-ring", title: ", tryNow: false", options: { tryNow: false } },
  { name: "-sqpoll", title: ", sqpoll, tryNow: false", options: { sqpoll: true, tryNow: false } },
  { name: "-registered", title: ", registered buffers and file, tryNow: false", options: { tryNow: false }, registered: true },
];

type Kind = "read" | "write";

interface Opened {
  readonly handle: FileHandle;
  readonly transfer: (buffers: readonly Buffer[]) => Transfer;
  readonly end: () => Promise<void>;
}

function onHandle(kind: Kind, handle: FileHandle): Opened {
  return {
    handle,
    transfer: () =>
      kind === "read"
        ? (_, buffer, position) => handle.read(buffer, 0, block, position)
        : (_, buffer, position) => handle.write(buffer, 0, block, position),
    end: () => handle.close(),
  };
}

function onContext(kind: Kind, handle: FileHandle, context: AsyncContext): Opened {
  const { fd } = handle;
  return {
    handle,
    transfer: () =>
      kind === "read"
        ? (_, buffer, position) => context.read(buffer, fd, position)
        : (_, buffer, position) => context.write(buffer, fd, position),
    end: async () => {
      await context.close();
      await handle.close();
    },
  };
}

function makeContext({ context, name }: Implementation, { options, registered }: Variant, memory: Buffer, fd: number): AsyncContext {
  if (context === undefined) throw new Error(`${name} has no contexts`);
  const made = context({ maxRequests: 4096, ...options });
  try {
    if (options.sqpoll === true && made.backend !== "uring") throw new Refusal("sqpoll is for uring");
    if (registered === true) {
      made.registerBuffers([memory]);
      made.registerFiles([fd]);
    }
    return made;
  } catch (error) {
    void made.close();
    throw new Refusal(messageOf(error), { cause: error });
  }
}

function contextAt(kind: Kind, depth: number, variant: Variant, selections: readonly Selection[]): TimedWorkload {
  const path = (folder: string): string => join(folder, `context-${kind}.bin`);
  return {
    kind: "timed",
    name: `context-${kind}-4k-${depth}${variant.name}`,
    title: `AsyncContext.${kind} 4 KiB, depth ${depth}${variant.title}`,
    selections,
    bytes: block,
    files: (folder) => {
      if (!existsSync(path(folder))) makePatternFile(path(folder), size);
    },
    prepare: async (implementation, folder) => {
      const handle = await implementation.fs.open(path(folder), kind === "read" ? "r" : "r+");
      const memory = Buffer.alloc(kind === "read" ? mebibyte : 8 * mebibyte);
      try {
        const opened =
          implementation.context === undefined
            ? onHandle(kind, handle)
            : onContext(kind, handle, makeContext(implementation, variant, memory, handle.fd));
        const laps = { block, size: kind === "read" ? 8 * mebibyte : size, depth, memory, random: new Random(), ...opened };
        return kind === "read" ? blockReads(laps) : blockWrites(laps, path(folder));
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
  };
}

const depths = [1, 4, 16, 64, 256, 1024, 4096];
const variantDepths = [1, 64, 1024];

const selectionsOf = (kind: Kind, depth: number): readonly Selection[] =>
  kind === "read" && depth === 64 ? ["core", "short"] : depth === 1 || depth === 64 ? ["core"] : [];

export const contextWorkloads: readonly TimedWorkload[] = (["read", "write"] as const).flatMap((kind) => [
  ...depths.map((depth) => contextAt(kind, depth, plain, selectionsOf(kind, depth))),
  ...variants.flatMap((variant) => variantDepths.map((depth) => contextAt(kind, depth, variant, []))),
]);
