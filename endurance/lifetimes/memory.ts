/** Buffers that change hands, shrink or are collected while the kernel has them. */

import { constants, openSync, closeSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import type { AsyncContext } from "caio";
import { Chance } from "../../compat/property/chance";
import type { Package } from "../package";
import { wanted, type Assignment, type RoundReport } from "./assignment";
import { Canaries } from "./canaries";
import { Hold, makeFifos } from "./fifos";
import { blockSize } from "./load";

const manners = ["transferred", "posted", "resized", "shared and grown", "collected", "moved and collected", "moved to another size"] as const;
type Manner = (typeof manners)[number];

/** What is in Node 20 and not yet in the declarations, or comes with later ones. */
interface Movable {
  resize?(size: number): void;
  grow?(size: number): void;
  transfer?(size?: number): ArrayBuffer;
}
type Growable = new (size: number, options: { maxByteLength: number }) => ArrayBuffer;

function memoryFor(manner: Manner): Uint8Array {
  if (manner === "resized") return new Uint8Array(new (ArrayBuffer as unknown as Growable)(blockSize, { maxByteLength: 2 * blockSize }));
  if (manner === "shared and grown") return new Uint8Array(new (SharedArrayBuffer as unknown as Growable)(blockSize, { maxByteLength: 2 * blockSize }));
  return new Uint8Array(blockSize);
}

function move(memory: Uint8Array, manner: Manner): Uint8Array | undefined {
  const buffer = memory.buffer as ArrayBuffer & Movable;
  switch (manner) {
    case "transferred":
    case "moved and collected":
      return new Uint8Array(structuredClone(buffer, { transfer: [buffer] }));
    case "moved to another size":
      return buffer.transfer === undefined ? new Uint8Array(structuredClone(buffer, { transfer: [buffer] })) : new Uint8Array(buffer.transfer(blockSize * 3));
    case "posted": {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage(buffer, [buffer]);
      const received = receiveMessageOnPort(port2)?.message as ArrayBuffer;
      port1.close();
      return new Uint8Array(received);
    }
    case "resized":
      buffer.resize?.(100);
      return memory;
    case "shared and grown":
      buffer.grow?.(2 * blockSize);
      return memory;
    case "collected":
      return undefined;
  }
}

export class MemoryRounds {
  readonly #context: AsyncContext;
  readonly #holds: readonly Hold[];
  readonly #fds: readonly number[];
  readonly #file: number;

  constructor(
    of: Package,
    private readonly assignment: Assignment,
  ) {
    const { backend, folder } = assignment;
    this.#context = of.context({ backend, maxRequests: 4096, tryNow: false });
    // Of the js backend four reads of FIFOs would be all that libuv can do.
    this.#holds = backend === "js" ? [] : makeFifos(folder, wanted).map((name) => new Hold(name));
    this.#fds = this.#holds.map(({ path }) => openSync(path, constants.O_RDWR));
    writeFileSync(join(folder, "file"), Buffer.alloc(blockSize * wanted, 1));
    this.#file = openSync(join(folder, "file"), "r+");
  }

  async round(seed: number): Promise<RoundReport> {
    const { fault } = this.assignment;
    const chance = new Chance(seed);
    const manner = chance.of(manners);
    const failures: string[] = [];
    const canaries = new Canaries();
    // In a function of its own, so that no variable here keeps the memory.
    const { reads, others, kept, pending } = this.#begin(manner, chance);
    globalThis.gc?.();
    canaries.fill(blockSize, wanted);
    await turn();
    globalThis.gc?.();
    canaries.fill(blockSize, wanted);
    const block = canaries.someBlock();
    if (fault === "stray write" && block !== undefined) {
      // A true one: the kernel writes there.
      await this.#context.read(block, this.#file, 0);
    }
    for (const hold of this.#holds) hold.write(Buffer.alloc(64, "F"));
    const results = await Promise.allSettled(reads);
    await Promise.allSettled(others);
    if (manner !== "resized") {
      const wrong = results.filter((result) => result.status === "rejected" || result.value !== 64).length;
      if (wrong > 0) failures.push(`${wrong} reads did not end as they should: ${JSON.stringify(results.find((result) => result.status === "rejected" || result.value !== 64))}`);
      const unfilled = kept.filter((memory, index) => index < this.#holds.length && !memory.subarray(0, 64).every((byte) => byte === 0x46)).length;
      // Where memory moves to another size, it is another memory.
      if (unfilled > 0 && manner !== "moved to another size") failures.push(`${unfilled} buffers did not get what was read`);
    }
    for (const hold of this.#holds) hold.drain();
    return { what: `memory ${manner}`, pending, strayWrites: canaries.changed(), failures };
  }

  #begin(manner: Manner, chance: Chance): { reads: Promise<number>[]; others: Promise<number>[]; kept: Uint8Array[]; pending: number } {
    const idle = this.assignment.fault === "nothing in flight";
    const memories = (idle ? [] : this.#fds).map(() => memoryFor(manner));
    const reads = memories.map((memory, index) => this.#context.read(memory, this.#fds[index] ?? -1, null));
    const others: Promise<number>[] = [];
    const onDisk = idle ? 0 : wanted - this.#holds.length + 200;
    for (let index = 0; index < onDisk; index++) {
      const memory = memoryFor(manner);
      memories.push(memory);
      const offset = chance.below(wanted) * blockSize;
      others.push(chance.below(2) === 0 ? this.#context.read(memory, this.#file, offset) : this.#context.write(memory, this.#file, offset));
    }
    const pending = this.#context.pending;
    const moved = memories.map((memory) => move(memory, manner));
    const kept = manner === "moved and collected" ? [] : moved.filter((memory) => memory !== undefined);
    return { reads, others, kept, pending };
  }

  async end(): Promise<void> {
    await this.#context.close();
    for (const fd of [...this.#fds, this.#file]) closeSync(fd);
    for (const hold of this.#holds) hold.close();
  }
}
