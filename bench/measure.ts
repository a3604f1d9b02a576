/** The measuring core: implementations take turns, so that what slows the machine down for a while slows all of them. */

import type { Implementation } from "./implementations";
import type { Prepared, Workload } from "./workload";

export interface Sample {
  /** Microseconds of wall time per operation. */
  readonly wall: number;
  /** Microseconds of CPU time per operation, over all threads of the process. */
  readonly cpu: number;
}

export interface Side {
  readonly name: string;
  readonly backend: string | undefined;
  /** One per round. */
  readonly samples: Sample[];
}

export interface Plan {
  readonly rounds: number;
  /** Laps are repeated until a sample has been timed for so long. */
  readonly milliseconds: number;
  readonly folder: string;
}

/** Comes in with `node --expose-gc`: nobody's garbage is collected on the time of the next. */
const collectGarbage = (): void => {
  globalThis.gc?.();
};

async function sample(prepared: Prepared, milliseconds: number): Promise<Sample> {
  let wall = 0;
  let cpu = 0;
  let operations = 0;
  collectGarbage();
  while (wall < milliseconds) {
    prepared.arm();
    // A turn of the event loop of its own, so that a lap begins with every budget unspent.
    await new Promise((resolve) => setImmediate(resolve));
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    await prepared.lap();
    wall += performance.now() - began;
    const { user, system } = process.cpuUsage(cpuBefore);
    cpu += user + system;
    operations += prepared.operations;
    prepared.check();
  }
  prepared.settle();
  return { wall: (wall * 1000) / operations, cpu: cpu / operations };
}

export async function measure(
  workload: Workload,
  implementations: readonly Implementation[],
  { rounds, milliseconds, folder }: Plan,
  progress: (round: number, name: string) => void,
): Promise<Side[]> {
  const sides = await Promise.all(
    implementations.map(async ({ name, backend, fs }) => ({
      name,
      backend,
      prepared: await workload.prepare(fs, folder),
      samples: [] as Sample[],
    })),
  );
  try {
    for (let round = 0; round <= rounds; ++round) {
      for (let turn = 0; turn < sides.length; ++turn) {
        // Another one begins each round: the place in line must not matter.
        const side = sides[(turn + round) % sides.length];
        if (side === undefined) continue;
        progress(round, side.name);
        const result = await sample(side.prepared, milliseconds).catch((error: unknown) => {
          throw new Error(`${workload.name} on ${side.name}: ${String(error)}`, { cause: error });
        });
        // Round 0 warms up the page cache, the compiler and the threads.
        if (round > 0) side.samples.push(result);
      }
    }
  } finally {
    for (const { prepared } of sides) await prepared.end();
  }
  return sides.map(({ name, backend, samples }) => ({ name, backend, samples }));
}
