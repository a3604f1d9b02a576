/** The C loops as a peer: one thread, no batch, no promise. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { floorProgram } from "../floor-program";
import { Refusal } from "../refusal";
import type { Workload } from "../workload";
import type { Part, Peer, Station } from "./peer";

const run = promisify(execFile);

interface Printed {
  readonly operations: number;
  readonly wall: number;
  readonly cpu: number;
}

export class LoopPeer implements Peer {
  readonly runtime = "c";
  readonly title = "C loop";
  readonly #program: string;

  constructor() {
    this.#program = floorProgram();
  }

  parts(workload: Workload): readonly Part[] {
    const takesPart = workload.kind === "timed" && workload.twins?.c !== undefined;
    return takesPart ? [{ implementation: "loop", title: "C, a loop" }] : [];
  }

  prepare(workload: Workload, _implementation: string, folder: string): Promise<Station> {
    const args = workload.kind === "timed" ? workload.twins?.c?.(folder) : undefined;
    if (args === undefined) return Promise.reject(new Refusal(`${workload.name} has no form in C`));
    return Promise.resolve({
      sample: async ({ milliseconds }) => {
        const { stdout } = await run(this.#program, [...args, String(milliseconds)]);
        const { operations, wall, cpu } = JSON.parse(stdout) as Printed;
        return { value: wall / operations, cpu: cpu / operations };
      },
      end: () => Promise.resolve(),
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
