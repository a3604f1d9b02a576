/** The process that calls the addon with values of every kind. It writes down each call before it makes it. */

import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readlinkSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { types } from "node:util";
import fc from "fast-check";
import type { Native, NativeEngine } from "../../typings/native";
import { Chance } from "./chance";
import { anything, describe, FromGetter, strangeValue, valueOf, type Kind, type World } from "./native-values";
import { channel, lineLength, type Assignment, type Tally } from "./native-message";

const { seed, calls, first, folder, addon } = JSON.parse(process.argv[2] ?? "") as Assignment;
const native = require(addon) as Native;

const methods: Readonly<Record<string, readonly Kind[]>> = {
  read: ["ticket", "fd", "view", "offset", "length", "position", "traits", "priority"],
  write: ["ticket", "fd", "view", "offset", "length", "position", "traits", "priority"],
  readv: ["ticket", "fd", "views", "position", "traits"],
  writev: ["ticket", "fd", "views", "position", "traits"],
  fsync: ["ticket", "fd", "priority"],
  fdatasync: ["ticket", "fd", "priority"],
  ftruncate: ["ticket", "fd", "fileSize"],
  open: ["ticket", "path", "flags", "mode", "at"],
  close: ["ticket", "fd", "traits"],
  stat: ["ticket", "path", "boolean"],
  fstat: ["ticket", "fd"],
  statfs: ["ticket", "path"],
  access: ["ticket", "path", "mode"],
  chmod: ["ticket", "path", "mode", "at"],
  fchmod: ["ticket", "fd", "mode"],
  chown: ["ticket", "path", "id", "id", "boolean"],
  fchown: ["ticket", "fd", "id", "id"],
  utimes: ["ticket", "path", "time", "time", "boolean", "at"],
  futimes: ["ticket", "fd", "time", "time"],
  mkdir: ["ticket", "path", "mode", "boolean", "at"],
  rmdir: ["ticket", "path"],
  unlink: ["ticket", "path", "at"],
  rename: ["ticket", "path", "path"],
  link: ["ticket", "path", "path"],
  symlink: ["ticket", "path", "path", "at"],
  readlink: ["ticket", "path", "boolean", "at"],
  realpath: ["ticket", "path", "boolean"],
  mkdtemp: ["ticket", "path", "boolean"],
  copyDirectory: ["ticket", "path", "path", "flags", "mode", "at", "at"],
  copyFile: ["ticket", "path", "path", "flags", "at", "at"],
  readdir: ["ticket", "path", "boolean", "boolean", "at"],
  readFile: ["ticket", "path", "flags", "boolean"],
  writeFile: ["ticket", "path", "view", "flags", "mode", "boolean"],
  removeTree: ["ticket", "path"],
  submit: ["count", "batch", "batchViews"],
  cancel: ["cancelled"],
  flush: [],
  registerBuffers: ["views"],
  registerFiles: ["fds"],
  counters: ["counters"],
};
const names = Object.keys(methods);

/** Calls of one engine; between two batches nothing is in flight. */
const perBatch = 400;
const longestDrain = 20_000;

const lastCall = openSync(join(folder, "..", "last-call"), "w");
const tally: Tally = { calls: 0, thrown: 0, pending: 0, failures: [] };

function say(): void {
  writeSync(channel, `${JSON.stringify(tally)}\n`);
}

/** A call is either served, or refused with an error of the right kind. */
function attempt(name: string, args: readonly unknown[], call: () => unknown): unknown {
  const line = `${tally.calls + first}: ${name}(${args.map(describe).join(", ")})`.slice(0, lineLength).padEnd(lineLength);
  writeSync(lastCall, line, 0);
  tally.calls += 1;
  try {
    return call();
  } catch (error) {
    tally.thrown += 1;
    if (!(error instanceof TypeError || error instanceof RangeError || error instanceof FromGetter)) tally.failures.push(`${line.trim()} threw ${String(error)}`);
    return undefined;
  }
}

const ownFiles = ["a", "b", "own"];
const openOwn = (): number[] => ownFiles.flatMap((name) => {
  try {
    return [openSync(name, "a+")];
  } catch {
    return [];
  }
});

const atFirst = new Set(readdirSync("/proc/self/fd"));

/** What calls have opened, and nobody else's. */
function closeAll(): void {
  for (const name of readdirSync("/proc/self/fd")) {
    if (atFirst.has(name)) continue;
    try {
      if (readlinkSync(`/proc/self/fd/${name}`).startsWith(`${folder}`)) closeSync(Number(name));
    } catch {
      // It was that of the listing.
    }
  }
}

class Batch {
  readonly #chance: Chance;
  readonly #world: World;
  readonly #closing = new Set<number>();
  #pending = 0;
  #ticket = 0;
  readonly #engine: NativeEngine;

  constructor(number: number) {
    this.#chance = new Chance(seed + number);
    const backend = (["uring", "linux", "thread"] as const)[number % 3] ?? "thread";
    const options = { backend, maxRequests: this.#chance.of([1, 8, 512]), poolSize: this.#chance.of([1, 4]), deferred: this.#chance.below(3) > 0, sqpoll: false, tryNow: this.#chance.below(2) === 0 };
    const pool: unknown[] = fc.sample(anything, { seed: seed + number, numRuns: 100 });
    this.#world = {
      chance: this.#chance, pool, descriptors: openOwn(), folder, closing: this.#closing, opcodes: native.opcodes.length, routes: native.routes.length, batchStride: native.batchStride,
      nextTicket: () => (this.#ticket += 1),
    };
    this.#strangeEngines(options);
    const complete = (count: number): void => void (this.#pending -= count);
    const made = native.createEngine(options, complete);
    // Where a backend is missing, the pool is there.
    this.#engine = typeof made === "number" ? (native.createEngine({ ...options, backend: "thread" }, complete) as NativeEngine) : made;
  }

  /** The addon's own functions, while nothing is in flight. */
  #strangeEngines(options: object): void {
    const odd = (): unknown => strangeValue(this.#world);
    for (const [name, args] of [
      ["createEngine", [odd(), () => undefined]],
      ["createEngine", [options, odd()]],
      ["createEngine", [{ ...options, [this.#chance.of(Object.keys(options))]: odd() }, () => undefined]],
      ["probe", [odd()]],
      ["describe", [valueOf("fd", this.#world, 50)]],
      ["alignedBuffer", [this.#chance.of([0, 1, 4096, odd()]), this.#chance.of([1, 512, 4096, odd()])]],
      ["warmMemory", [this.#chance.of([0, 1, 4096, 100_000, odd()])]],
      ["giveBack", [this.#chance.of([new Uint8Array(4096), odd()])]],
    ] as const) {
      // Where descriptors are not looked at, 0 is read: that is a file of the fuzz's own.
      const method = native[name] as (...given: unknown[]) => unknown;
      const made = attempt(name, args, () => method(...args));
      if (typeof made === "object" && made !== null && "destroy" in made) (made as NativeEngine).destroy();
    }
  }

  #call(): void {
    const name = this.#chance.of(names);
    const kinds = methods[name] ?? [];
    // Sometimes too few.
    const taken = this.#chance.below(20) === 0 ? kinds.slice(0, this.#chance.below(kinds.length + 1)) : kinds;
    // Some calls are as they should be, so that there is something under way beside those that are not.
    const wrong = this.#chance.of([0, 15, 40]);
    const args = taken.map((kind) => valueOf(kind, this.#world, wrong));
    // A missing descriptor would be read as 0 at worst, which is a file of the fuzz's own.
    const method = this.#engine[name as keyof NativeEngine] as (...given: unknown[]) => unknown;
    const result = attempt(name, args, () => method(...args));
    if (result === native.PENDING) {
      this.#pending += 1;
      tally.pending += 1;
      if (name === "close") this.#closing.add(Number(args[1]));
    } else if (name === "submit" && typeof args[0] === "number" && types.isFloat64Array(args[1])) {
      const { batchStride, PENDING } = native;
      for (let at = 0; at < args[0] * batchStride && at < args[1].length; at += batchStride) if (args[1][at + batchStride - 1] === PENDING) this.#pending += 1;
    }
  }

  async play(): Promise<void> {
    for (let made = 0; made < perBatch; made += 1) {
      this.#call();
      if (this.#chance.below(40) === 0) await turn();
    }
    const ended = this.#chance.below(10) === 0;
    for (const began = Date.now(); this.#pending > 0 && !ended; ) {
      this.#engine.flush();
      await turn();
      if (Date.now() - began > longestDrain) {
        tally.failures.push(`${this.#pending} operations do not come back`);
        break;
      }
    }
    // Once in a while with operations on their way.
    this.#engine.destroy();
    attempt("destroyed fstat", [], () => this.#engine.fstat(1, -1));
  }
}

async function work(): Promise<void> {
  process.on("SIGXFSZ", () => undefined);
  process.chdir(folder);
  for (let number = Math.floor(first / perBatch); tally.calls < calls; number += 1) {
    rmSync("a", { recursive: true, force: true });
    mkdirSync("c", { recursive: true });
    writeFileSync("own", "content of a file");
    await new Batch(number).play();
    closeAll();
    for (const name of readdirSync(".", { encoding: "buffer" })) rmSync(name, { recursive: true, force: true });
    if (number % 20 === 0) globalThis.gc?.();
    for (const fd of [0, 1, 2]) fstatSync(fd);
    say();
  }
}

void work();
