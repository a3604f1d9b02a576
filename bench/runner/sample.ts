/** One turn of one implementation: laps until enough time has been measured. */

import { percentiles, type Percentiles } from "../statistics";
import type { Observe, Prepared, TimedWorkload } from "../workload";
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
  /** Bytes by which the process's peak in a lap exceeded its resident memory before, at most. */
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

interface Observer {
  readonly probe: LoopDelay;
  readonly observe: Observe;
}

class Laps {
  wall = 0;
  cpu = 0;
  operations = 0;
  laps = 0;
  peak: number | undefined;

  async run(prepared: Prepared, observer?: Observer): Promise<void> {
    prepared.arm?.();
    const resident = resetPeak();
    // A turn of the event loop of its own, so that a lap begins with every budget unspent.
    await turnOfTheLoop();
    observer?.probe.begin();
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    await prepared.lap(observer?.observe);
    this.wall += performance.now() - began;
    const { user, system } = process.cpuUsage(cpuBefore);
    const peak = peakSince(resident);
    await observer?.probe.end();
    this.cpu += user + system;
    if (peak !== undefined) this.peak = Math.max(this.peak ?? 0, peak);
    this.operations += prepared.operations;
    this.laps += 1;
    prepared.check();
  }
}

export async function sample(workload: TimedWorkload, prepared: Prepared, quota: Quota): Promise<Sample> {
  const milliseconds = Math.max(quota.milliseconds, workload.milliseconds ?? 0);
  const laps = workload.laps ?? Number.POSITIVE_INFINITY;
  const together = workload.observeTimed === true;
  const latencies: number[] = [];
  const probe = loopDelay();
  await probe.ready();
  const observer: Observer = { probe, observe: (microseconds) => void latencies.push(microseconds) };

  collectGarbage();
  const timed = new Laps();
  probe.clear();
  while (timed.wall < milliseconds && timed.laps < laps) await timed.run(prepared, together ? observer : undefined);
  if (!together) {
    const observed = new Laps();
    while (observed.wall < quota.observed && observed.laps < laps) await observed.run(prepared, observer);
  }
  await prepared.settle?.();
  return {
    value: (timed.wall * 1000) / timed.operations,
    latency: percentiles(latencies),
    // Of another process's work, ours shows nothing.
    ...(prepared.elsewhere === true ? {} : { cpu: timed.cpu / timed.operations, delay: probe.result(), peak: timed.peak }),
  };
}
