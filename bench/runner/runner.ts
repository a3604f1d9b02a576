/** Makes workloads ready and samples them, in whatever runtime this runs. */

import { Refusal } from "../refusal";
import type { Prepared, TimedWorkload } from "../workload";
import { workloadNamed } from "../workloads";
import { loadImplementation } from "./implementations";
import { sample, type Quota, type Sample } from "./sample";

interface Ready {
  readonly workload: TimedWorkload;
  readonly prepared: Prepared;
}

/** Beside the implementations of fs/promises: those who do a workload in a way of their own. */
const twins = ["sync", "coreutils"] as const;

export class Runner {
  readonly #ready = new Map<number, Ready>();
  #next = 1;

  /** @returns a number that stands for what was made ready */
  async prepare(workloadName: string, implementation: string, folder: string): Promise<number> {
    const workload = workloadNamed(workloadName);
    if (workload.kind !== "timed") throw new Error(`${workloadName} takes a process of its own`);
    const prepared = await this.#prepared(workload, implementation, folder);
    const station = this.#next++;
    this.#ready.set(station, { workload, prepared });
    return station;
  }

  sample(station: number, quota: Quota): Promise<Sample> {
    const { workload, prepared } = this.#at(station);
    return sample(workload, prepared, quota);
  }

  async end(station: number): Promise<void> {
    const { prepared } = this.#at(station);
    this.#ready.delete(station);
    await prepared.end?.();
  }

  async #prepared(workload: TimedWorkload, implementation: string, folder: string): Promise<Prepared> {
    const twin = twins.find((name) => name === implementation);
    if (twin === undefined) return workload.prepare(await loadImplementation(implementation), folder);
    const make = workload.twins?.[twin];
    if (make === undefined) throw new Refusal(`${workload.name} has no ${twin} form`);
    return make(folder);
  }

  #at(station: number): Ready {
    const ready = this.#ready.get(station);
    if (ready === undefined) throw new Error(`nothing is ready as ${station}`);
    return ready;
  }
}
