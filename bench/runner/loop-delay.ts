/**
 * How late the event loop takes up what comes from outside: another thread sends the time, twice per millisecond, and
 * the loop compares it with its own clock. The histogram of perf_hooks knows whole milliseconds only, and a timer would
 * measure its own rounding.
 */

import { Worker } from "node:worker_threads";
import { percentiles, type Percentiles } from "../statistics";

const intervalMilliseconds = 0.5;

const ticker = `
const { parentPort, workerData } = require("node:worker_threads");
const state = new Int32Array(workerData);
const now = () => performance.timeOrigin + performance.now();
parentPort.postMessage(0);
for (;;) {
  Atomics.wait(state, 0, 0, 1000);
  while (Atomics.load(state, 0) === 1) {
    parentPort.postMessage(now());
    Atomics.wait(state, 0, 1, ${intervalMilliseconds});
  }
}`;

const now = (): number => performance.timeOrigin + performance.now();
const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class LoopDelay {
  readonly #state = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker = new Worker(ticker, { eval: true, workerData: this.#state.buffer });
  readonly #ready: Promise<void>;
  #arrivals: { readonly sent: number; readonly delay: number }[] = [];
  #delays: number[] = [];
  #began = 0;

  constructor() {
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.once("error", reject);
      this.#worker.on("message", (sent: number) => {
        if (sent === 0) resolve();
        else this.#arrivals.push({ sent, delay: (now() - sent) * 1000 });
      });
    });
  }

  async ready(): Promise<void> {
    await this.#ready;
    this.#worker.unref();
  }

  clear(): void {
    this.#delays = [];
  }

  /** What is sent from now on counts. */
  begin(): void {
    this.#arrivals = [];
    Atomics.store(this.#state, 0, 1);
    Atomics.notify(this.#state, 0);
    this.#began = now();
  }

  /** What was sent until now counts; it is waited for. */
  async end(): Promise<void> {
    const ended = now();
    Atomics.store(this.#state, 0, 0);
    // The last ones are under way: one turn of the loop that was begun, and one whole one.
    await turnOfTheLoop();
    await turnOfTheLoop();
    for (const { sent, delay } of this.#arrivals)
      if (sent >= this.#began && sent <= ended) this.#delays.push(Math.max(0, delay));
  }

  result(): Percentiles | undefined {
    return percentiles(this.#delays);
  }
}
