/** Ends that nobody announces: of a worker by its parent, of the process by itself, by an exception that nobody catches. */

import { existsSync, readdirSync, readlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Chance } from "../../compat/property/chance";
import type { Package } from "../package";
import { exitCode, message, type Assignment, type RoundReport } from "./assignment";
import { Canaries } from "./canaries";
import { Hold } from "./fifos";
import { blockSize, Load, makePlaces, moments, type Moment, type Places } from "./load";
import type { Errand } from "./worker";

const bytes = Buffer.alloc(1000, "F");

/** What nobody has taken in: an operation that outlived its owner would have taken it, and written it somewhere. */
function takenFrom(hold: Hold): number {
  return bytes.length - hold.drain();
}

const momentOf = (seed: number): Moment => new Chance(seed).of(moments);

export const say = (report: RoundReport): void => void writeSync(1, `${JSON.stringify(report)}\n`);

/** In the main thread: the process ends with this round. */
export async function endProcess(of: Package, { event, backend, seed, folder, fault }: Assignment): Promise<void> {
  const load = new Load(of, backend, makePlaces(folder), seed);
  await load.prepare();
  const moment = momentOf(seed);
  if (fault !== "nothing in flight") load.start();
  load.when(moment, () => {
    say({ what: `${event}, operations ${moment}`, pending: load.pending, strayWrites: 0, failures: [] });
    if (event === "exit") process.exit(exitCode);
    throw new Error(message);
  });
}

/** The worker's count of what is in flight, always up to date. */
class Count {
  readonly shared = new SharedArrayBuffer(8);
  readonly #cells = new Int32Array(this.shared);

  /** @returns false if the worker ended before */
  async ready(ended: Promise<unknown>): Promise<boolean> {
    let over = false;
    void ended.then(() => (over = true));
    while (Atomics.load(this.#cells, 1) === 0 && !over) await wait(1);
    return !over;
  }

  get pending(): number {
    return Atomics.load(this.#cells, 0);
  }
}

const descriptors = (): number => readdirSync("/proc/self/fd").length;

/** What they are open on, and how often. */
function openFiles(): string {
  const counts = new Map<string, number>();
  for (const name of readdirSync("/proc/self/fd")) {
    const target = existsSync(`/proc/self/fd/${name}`) ? readlinkSync(`/proc/self/fd/${name}`) : "something";
    counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return JSON.stringify(Object.fromEntries(counts));
}

/** Plays rounds in which a worker ends, by itself or because it is told to. */
export class WorkerRounds {
  readonly #places: Places;
  readonly #hold: Hold;
  #descriptors = 0;

  constructor(private readonly assignment: Assignment) {
    this.#places = makePlaces(assignment.folder);
    this.#hold = new Hold(this.#places.silentFifo);
  }

  async round(seed: number): Promise<RoundReport> {
    const { backend, event, root, fault } = this.assignment;
    const moment = momentOf(seed);
    const failures: string[] = [];
    const count = new Count();
    const errand: Errand = { root, backend, event, seed, places: this.#places, moment, count: count.shared, idle: fault === "nothing in flight" };
    const worker = new Worker(join(__dirname, "worker.js"), { workerData: errand, stderr: true });
    const ended = new Promise<number>((resolve) => worker.once("exit", resolve));
    let error: unknown;
    worker.once("error", (thrown: unknown) => (error = thrown));
    const begun = await count.ready(ended);
    if (event === "terminate") {
      await wait(new Chance(seed).below(4));
      const pending = count.pending;
      await worker.terminate();
      return this.#after(`${event}, operations ${moment}`, pending, failures);
    }
    const code = await ended;
    if (!begun && count.pending === 0) failures.push(`the worker ended before it began, with ${code}: ${String(error)}`);
    if (event === "exit in a worker" && code !== exitCode) failures.push(`the worker ended with ${code}: ${String(error)}`);
    if (event === "exception in a worker" && !(error instanceof Error && error.message === message)) failures.push(`the worker's error is ${String(error)}`);
    return this.#after(`${event}, operations ${moment}`, count.pending, failures);
  }

  async #after(what: string, pending: number, failures: string[]): Promise<RoundReport> {
    const { fault } = this.assignment;
    const canaries = new Canaries();
    canaries.fill(blockSize, 1000);
    let stray = 0;
    if (this.assignment.backend !== "js") {
      this.#hold.write(bytes);
      if (fault === "operation that lives on") {
        const another = new Hold(this.#places.silentFifo);
        another.drain();
        another.close();
      }
      // Long enough for a thread that were still there to be woken.
      await wait(2);
      stray = takenFrom(this.#hold);
    }
    const block = canaries.someBlock();
    if (fault === "stray write" && block !== undefined) block[7] = 0;
    this.#lookForLeaks(failures);
    return { what, pending, strayWrites: stray + canaries.changed(), failures };
  }

  /** With its worker, all that an engine had open is given back. */
  #lookForLeaks(failures: string[]): void {
    // An open of libuv's that ends after its worker leaves its descriptor behind: that is Node's.
    if (this.assignment.backend === "js") return;
    const now = descriptors();
    const before = this.#descriptors;
    this.#descriptors = now;
    if (before !== 0 && now > before) failures.push(`${now} descriptors after the worker, ${before} before: ${openFiles()}`);
  }
}
