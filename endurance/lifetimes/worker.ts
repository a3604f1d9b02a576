/** The worker that ends with a thousand operations in flight. */

import { workerData } from "node:worker_threads";
import type { BackendName } from "caio";
import { Package } from "../package";
import { exitCode, message, type Event } from "./assignment";
import { Load, type Moment, type Places } from "./load";

export interface Errand {
  readonly root: string;
  readonly backend: BackendName;
  readonly event: Event;
  readonly seed: number;
  readonly places: Places;
  readonly moment: Moment;
  /** Two numbers of 32 bits: operations in flight, and 1 when they are. */
  readonly count: SharedArrayBuffer;
  /** The deliberate fault. */
  readonly idle: boolean;
}

const { root, backend, event, seed, places, moment, count, idle } = workerData as Errand;
const cells = new Int32Array(count);

async function work(): Promise<void> {
  const load = new Load(new Package(root), backend, places, seed);
  await load.prepare();
  if (!idle) load.start();
  load.when(moment, () => {
    const tell = (): void => void Atomics.store(cells, 0, load.pending);
    tell();
    Atomics.store(cells, 1, 1);
    if (event === "exit in a worker") process.exit(exitCode);
    if (event === "exception in a worker") throw new Error(message);
    // The parent ends it in the middle of this, or between two turns of the loop.
    if (moment === "queued") for (;;) tell();
    const turn = (): void => {
      tell();
      setImmediate(turn);
    };
    turn();
  });
}

void work();
