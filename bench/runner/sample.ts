/** One turn of one implementation: laps until enough time has been measured. */

import { percentiles, type Percentiles } from "../statistics";
import type { Prepared, TimedWorkload } from "../workload";
import { LoopDelay } from "./loop-delay";
import { peakSince, resetPeak } from "./peak-memory";

export interface Sample {
  /** Microseconds of wall time per operation; of a figure, what it counts. */
  readonly value: number;
  /** Microseconds of CPU time per operation, over all threads of the process. */
  readonly cpu?: number | undefined;
  /** Of single operations. */
  readonly latency?: Percentiles | undefined;
  /** How much later than due the event loop took up something that came from outside. */
  readonly delay?: Percentiles | undefined;
  /** Bytes by which the process's peak exceeded its resident memory before. */
  readonly peak?: number | undefined;
}

export interface Quota {
  /** Laps are repeated until a sample has been timed for so long. */
  readonly milliseconds: number;
  /** And then for so long while latencies and the loop's delay are taken, which the timing is spared. */
  readonly observed: number;
}

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Comes in with --expose-gc: nobody's garbage is collected on the time of the next. */
function collectGarbage(): void {
  const bun = (globalThis as { Bun?: { gc?: (force: boolean) => void } }).Bun;
  if (bun?.gc !== undefined) bun.gc(true);
  else globalThis.gc?.();
}

let shared: LoopDelay | undefined;

/** One probe per process: a thread more or less must not be a difference between two who take turns. */
const loopDelay = (): LoopDelay => (shared ??= new LoopDelay());

class Laps {
  wall = 0;
  cpu = 0;
  operations = 0;
  laps = 0;

  async run(prepared: Prepared, observe?: (microseconds: number) => void): Promise<void> {
    prepared.arm?.();
    // A turn of the event loop of its own, so that a lap begins with every budget unspent.
    await turnOfTheLoop();
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    await prepared.lap(observe);
    this.wall += performance.now() - began;
    const { user, system } = process.cpuUsage(cpuBefore);
    this.cpu += user + system;
    this.operations += prepared.operations;
    this.laps += 1;
  }
}

export async function sample(workload: TimedWorkload, prepared: Prepared, quota: Quota): Promise<Sample> {
  const milliseconds = Math.max(quota.milliseconds, workload.milliseconds ?? 0);
  const laps = workload.laps ?? Number.POSITIVE_INFINITY;
  const together = workload.observeTimed === true;
  const latencies: number[] = [];
  const observe = (microseconds: number): void => void latencies.push(microseconds);
  const probe = loopDelay();
  await probe.ready();
  const observedLap = async (to: Laps): Promise<void> => {
    await probe.watch(() => to.run(prepared, observe));
    prepared.check();
  };

  collectGarbage();
  const before = resetPeak();
  const timed = new Laps();
  probe.clear();
  while (timed.wall < milliseconds && timed.laps < laps) {
    if (together) await observedLap(timed);
    else {
      await timed.run(prepared);
      prepared.check();
    }
  }
  const peak = peakSince(before);
  if (!together) {
    const observed = new Laps();
    while (observed.wall < quota.observed && observed.laps < laps) await observedLap(observed);
  }
  await prepared.settle?.();
  return {
    value: (timed.wall * 1000) / timed.operations,
    latency: percentiles(latencies),
    // Of another process's work, ours shows nothing.
    ...(prepared.elsewhere === true ? {} : { cpu: timed.cpu / timed.operations, delay: probe.result(), peak }),
  };
}
