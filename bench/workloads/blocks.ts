/** FileHandle.read, readv, write and writev: blocks of 512 B to 16 MiB, depth 1 to 4096, warm, cold and O_DIRECT. */

import { constants, existsSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { alignedMemory } from "../aligned-memory";
import { evict } from "../evict";
import { makePatternFile } from "../files";
import { Random } from "../random";
import type { Selection, TimedWorkload, Twins } from "../workload";
import { blockReads, blockWrites, type Transfer } from "./block-laps";
import { sizeName, sizeTitle } from "./sizes";

const kinds = ["read", "readv", "write", "writev"] as const;
const conditions = ["warm", "cold", "direct"] as const;

type Kind = (typeof kinds)[number];
type Condition = (typeof conditions)[number];

interface Shape {
  readonly kind: Kind;
  readonly block: number;
  readonly depth: number;
  readonly condition: Condition;
}

const mebibyte = 2 ** 20;
/** readv and writev have the block in so many pieces. */
const pieces = 4;

const isWrite = (kind: Kind): boolean => kind.startsWith("write");

export const blockName = ({ kind, block, depth, condition }: Shape): string =>
  `${kind}-${sizeName(block)}-${depth}${condition === "warm" ? "" : `-${condition}`}`;

function sizes({ kind, block, condition }: Shape): { file: number; memory: number } {
  // Small enough for the processor's cache: what is compared is the way to the bytes, not the memory they lie in.
  if (condition === "warm" && !isWrite(kind)) return { file: Math.max(8 * mebibyte, 4 * block), memory: Math.max(mebibyte, block) };
  // Little to write back between turns.
  if (condition === "warm" && block >= mebibyte) return { file: Math.max(8 * mebibyte, block), memory: Math.max(8 * mebibyte, block) };
  const file = condition === "direct" ? 256 * mebibyte : condition === "cold" ? 64 * mebibyte : 32 * mebibyte;
  return { file: Math.max(file, 4 * block), memory: Math.max(8 * mebibyte, block) };
}

const fileIn = (folder: string, shape: Shape): string =>
  join(folder, `${isWrite(shape.kind) ? "write" : "read"}-${shape.condition}-${sizeName(sizes(shape).file)}.bin`);

function flags({ kind, condition }: Shape): number {
  const access = isWrite(kind) ? constants.O_RDWR : constants.O_RDONLY;
  return condition === "direct" ? access | constants.O_DIRECT : access;
}

const inPieces = (buffer: Buffer): Buffer[] => {
  const length = buffer.length / pieces;
  return Array.from({ length: pieces }, (_, index) => buffer.subarray(index * length, (index + 1) * length));
};

function transferOf(kind: Kind, handle: FileHandle, block: number): (buffers: readonly Buffer[]) => Transfer {
  return (buffers) => {
    const split = kind === "readv" || kind === "writev" ? buffers.map(inPieces) : [];
    switch (kind) {
      case "read":
        return (_, buffer, position) => handle.read(buffer, 0, block, position);
      case "readv":
        return (slot, _, position) => handle.readv(split[slot] as Buffer[], position);
      case "write":
        return (_, buffer, position) => handle.write(buffer, 0, block, position);
      case "writev":
        return (slot, _, position) => handle.writev(split[slot] as Buffer[], position);
    }
  };
}

function twins(shape: Shape): Twins {
  const { kind, block, depth, condition } = shape;
  const { file } = sizes(shape);
  if (condition === "warm" && (kind === "read" || kind === "write"))
    return { c: (folder) => [`p${kind}`, fileIn(folder, shape), String(file), String(block)] };
  if (condition === "direct" && (kind === "read" || kind === "write")) {
    const options = ["--direct=1", "--ioengine=io_uring", "--norandommap", `--bs=${block}`, `--iodepth=${depth}`];
    return { fio: (folder) => [...options, `--rw=rand${kind}`, `--filename=${fileIn(folder, shape)}`, `--size=${file}`] };
  }
  return {};
}

const conditionTitles = { warm: "", cold: ", cold", direct: ", O_DIRECT" };

function blocks(shape: Shape, selections: readonly Selection[]): TimedWorkload {
  const { kind, block, depth, condition } = shape;
  const { file, memory } = sizes(shape);
  return {
    kind: "timed",
    name: blockName(shape),
    title: `FileHandle.${kind} ${sizeTitle(block)}, depth ${depth}${conditionTitles[condition]}`,
    selections,
    bytes: block,
    twins: twins(shape),
    files: (folder) => {
      if (!existsSync(fileIn(folder, shape))) makePatternFile(fileIn(folder, shape), file);
    },
    prepare: async ({ fs }, folder) => {
      const path = fileIn(folder, shape);
      const own = condition === "direct" ? await alignedMemory(memory, path) : Buffer.alloc(memory);
      // Asked once in vain is better than in the first lap.
      if (condition === "cold") evict([path]);
      const handle = await fs.open(path, flags(shape));
      const laps = {
        block,
        size: file,
        depth,
        memory: own,
        random: new Random(),
        transfer: transferOf(kind, handle, block),
        end: () => handle.close(),
        ...(condition === "cold" ? { arm: () => evict([path]) } : {}),
      };
      return isWrite(kind) ? blockWrites(laps, path) : blockReads(laps);
    },
  };
}

const plotDepths = [1, 4, 16, 64, 256, 1024, 4096];
const blockSizes = [512, 4096, 65536, mebibyte, 16 * mebibyte];
/** Bytes in flight at most. */
const most = 256 * mebibyte;

/** Rows that are always there, and those of continuous integration among them. */
const chosen: ReadonlyMap<string, readonly Selection[]> = new Map([
  ["read-4k-1", ["core", "short"]],
  ["read-4k-64", ["core", "short"]],
  ["read-4k-4096", ["core"]],
  ["read-1m-4", ["core"]],
  ["readv-4k-64", ["core"]],
  ["read-4k-64-cold", ["core", "short"]],
  ["read-4k-64-direct", ["core", "short"]],
  ["read-4k-128-direct", ["core"]],
  ["write-4k-1", ["core", "short"]],
  ["write-4k-64", ["core", "short"]],
  ["write-1m-4", ["core"]],
  ["writev-4k-64", ["core"]],
]);

function selectionsOf({ kind, block, depth, condition }: Shape, name: string): readonly Selection[] {
  const inPlot = block === 4096 && condition !== "cold" && plotDepths.includes(depth);
  const plotted = inPlot && (kind === "read" || (kind === "write" && condition === "warm"));
  return [...(chosen.get(name) ?? []), ...(plotted ? (["depth"] as const) : [])];
}

function* shapes(): Generator<Shape> {
  for (const condition of conditions) {
    for (const kind of kinds) {
      if (condition === "cold" && isWrite(kind)) continue;
      for (const block of blockSizes) {
        // The vectors' pieces would be too small for the device.
        if (condition === "direct" && block < (kind.endsWith("v") ? 4 * 4096 : 4096)) continue;
        const depths = condition === "direct" && block === 4096 ? [...plotDepths, 128] : plotDepths;
        for (const depth of depths.sort((a, b) => a - b))
          if (block * depth <= most) yield { kind, block, depth, condition };
      }
    }
  }
}

export const blockWorkloads: readonly TimedWorkload[] = [...shapes()].map((shape) =>
  blocks(shape, selectionsOf(shape, blockName(shape))),
);
