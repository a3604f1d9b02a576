/** Another runtime as a peer: other Nodes with caio, Bun, Deno. */

import type { Offered } from "../runner/implementations";
import type { Workload } from "../workload";
import { figureStation } from "./figure-station";
import type { Part, Peer, RuntimeName, Station } from "./peer";
import { RuntimeProcess } from "./runtime-process";
import { nodeParts } from "./this-node";

export interface RuntimeCommand {
  readonly runtime: RuntimeName;
  readonly title: string;
  readonly version: string;
  /** The program and its arguments, the bench's child last. */
  readonly command: readonly string[];
}

export class RuntimePeer implements Peer {
  readonly runtime: RuntimeName;
  readonly title: string;
  readonly #of: RuntimeCommand;
  readonly #parts: readonly Part[];
  #process: RuntimeProcess;

  private constructor(of: RuntimeCommand, running: RuntimeProcess, parts: readonly Part[]) {
    this.runtime = of.runtime;
    this.title = of.title;
    this.#of = of;
    this.#process = running;
    this.#parts = parts;
  }

  /** @param caio the implementations of caio that are to run, if the runtime has them */
  static async start(of: RuntimeCommand, caio: readonly string[]): Promise<RuntimePeer> {
    const running = new RuntimeProcess(of.command);
    const offered = await running.offered();
    const has = (name: string): boolean => offered.some((each: Offered) => each.name === name && each.reason === undefined);
    const parts = offered.length > 1 ? nodeParts(of.version, offered, caio.filter(has)) : [{ implementation: "fs", title: of.title }];
    return new RuntimePeer(of, running, parts.map((part) => inRuntime(part, of.title)));
  }

  parts(): readonly Part[] {
    return this.#parts;
  }

  async prepare(workload: Workload, implementation: string, folder: string): Promise<Station> {
    if (workload.kind === "figure") return figureStation(this.#of.command, workload, implementation, folder);
    // One that crashed over the row before has another chance.
    if (this.#process.over) this.#process = new RuntimeProcess(this.#of.command);
    const running = this.#process;
    const made = await running.call({ call: "prepare", workload: workload.name, implementation, folder });
    if (!("station" in made)) throw new Error("an unexpected answer");
    const { station } = made;
    return {
      sample: async (quota) => {
        const answer = await running.call({ call: "sample", station, quota });
        if (!("sample" in answer)) throw new Error("an unexpected answer");
        return answer.sample;
      },
      end: async () => {
        if (!running.over) await running.call({ call: "end", station });
      },
    };
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}

const inRuntime = ({ implementation, title }: Part, runtime: string): Part => ({
  implementation,
  title: title === runtime ? title : `${title}, ${runtime}`,
});
