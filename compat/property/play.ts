/** Plays one program on an fs in a folder of its own and says everything that can be seen of it. */

import { linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { attempt, type Outcome } from "../attempt";
import { observe, type Observed } from "../observe";
import { pattern } from "../plant";
import type { Fs } from "../scenario";
import { treeOf } from "../tree";
import { accident } from "./accidents";
import { isOutOfBounds } from "./bounds";
import { slots, valueOf, type Room } from "./expressions";
import { normalise } from "./normalise";
import type { Call, Planted, Program, Step } from "./program";
import { unlock } from "./unlock";

/** Folders around the room: a link that was moved upwards leads to nothing but these. */
const aroundRoom = ["n", "n", "n"];

function plant({ kind, path, of }: Planted): void {
  try {
    if (kind === "file") writeFileSync(path, pattern(Number(of)), { flag: "wx" });
    else if (kind === "directory") mkdirSync(path);
    else if (kind === "symlink") symlinkSync(String(of), path);
    else linkSync(String(of), path);
  } catch {
    // The name is taken, or its folder is not there: so it is in the twins.
  }
}

type Method = (...args: unknown[]) => unknown;

interface Prepared {
  readonly call: Call;
  readonly args: readonly unknown[];
  /** Why the call is not made. */
  readonly omitted: string | undefined;
  readonly invoke: () => unknown;
}

class Play {
  readonly #room: Room;
  #calls = 0;

  constructor(
    readonly fs: Fs,
    readonly nest: string,
  ) {
    this.#room = { here: join(nest, ...aroundRoom, "room"), handles: Array.from({ length: slots }) };
    mkdirSync(this.#room.here, { recursive: true });
    process.chdir(this.#room.here);
  }

  #slotOf(expression: string): number {
    return Number(/^handles\[(\d)\]$/.exec(expression)?.[1]);
  }

  #prepare(call: Call): Prepared {
    const args = call.args.map((expression) => valueOf(expression, this.#room));
    const target = call.on === "fs" ? this.fs : this.#room.handles[this.#slotOf(call.on)];
    const method = target === undefined ? undefined : (Reflect.get(target, call.name) as Method);
    let omitted: string | undefined;
    if (target === undefined) omitted = "there is no handle";
    else if (call.on === "fs" && isOutOfBounds(call.name, args, this.#room, this.nest)) omitted = "out of bounds";
    else omitted = accident(call.on, call.name, args);
    return { call, args, omitted, invoke: () => method?.apply(target, args) };
  }

  async #keep(to: string, outcome: Outcome): Promise<void> {
    if (!("resolved" in outcome)) return;
    const slot = this.#slotOf(to);
    await this.#room.handles[slot]?.close();
    this.#room.handles[slot] = outcome.resolved as FileHandle;
  }

  async step(step: Step): Promise<unknown> {
    const prepared = step.map((call) => this.#prepare(call));
    const outcomes = await Promise.all(prepared.map(async ({ omitted, invoke }): Promise<Outcome> => (omitted === undefined ? attempt(invoke) : { returned: { omitted } })));
    const seen: unknown[] = [];
    for (const [index, { call, args }] of prepared.entries()) {
      const outcome = outcomes[index] as Outcome;
      if (call.to !== undefined) await this.#keep(call.to, outcome);
      this.#calls += 1;
      seen.push({ call: call.name, outcome: await normalise(call.name, args, outcome, { counter: this.#calls, alone: step.length === 1 }), open: this.#room.handles.map((handle) => handle !== undefined && handle.fd >= 0) });
    }
    return seen;
  }

  async end(): Promise<unknown> {
    const closing: unknown[] = [];
    for (const handle of this.#room.handles) if (handle !== undefined) closing.push(await attempt(() => handle.close()));
    return closing;
  }
}

/**
 * Without the two that an engine opens when it first needs them, and then keeps: its view of the mounts, and the ring for
 * calls in common. That neither is opened twice, the soak looks after.
 */
const openDescriptors = (): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return !target.startsWith("/proc/") && target !== "anon_inode:[io_uring]";
    } catch {
      return false; // the one that listed them
    }
  }).length;

/**
 * @param base the twin's folder, which is taken out of everything that is seen
 * @param folder of this program, in the base and not there yet
 */
export async function play(fs: Fs, program: Program, base: string, folder: string): Promise<Observed> {
  mkdirSync(folder);
  const before = openDescriptors();
  const playing = new Play(fs, folder);
  process.umask(0o022);
  for (const entry of program.planted) plant(entry);
  const steps: Observed[] = [];
  // What a call gave is looked at before the next one is made: a buffer may be written to later.
  for (const step of program.steps) steps.push(observe(await playing.step(step), base));
  const closing = observe(await playing.end(), base);
  const left = openDescriptors() - before;
  process.chdir(base);
  const modes = unlock(folder);
  return { steps, closing, "descriptors left open": left, tree: [...modes, ...treeOf(folder)].map((line) => line.replaceAll(base, "<folder>")) };
}
