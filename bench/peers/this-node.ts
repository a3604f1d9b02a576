/** The Node that runs the bench: in process, or in one of its own where the bench starts other programs as well. */

import { join } from "node:path";
import type { Offered } from "../runner/implementations";
import { Runner } from "../runner/runner";
import type { Workload } from "../workload";
import { figureStation } from "./figure-station";
import type { Part, Peer, RuntimeName, Station } from "./peer";

export const childFile = join(__dirname, "../runner/child.js");

export const nodeCommand = (program: string): string[] => [program, "--expose-gc", childFile];

export const nodeName = (version: string): RuntimeName => `node${Number(/\d+/.exec(version)?.[0])}`;

/** `fs`, once more `fs`, so that noise is visible, and caio as it was asked for. */
export function nodeParts(version: string, offered: readonly Offered[], caio: readonly string[]): Part[] {
  const own = { implementation: "fs", title: `Node ${version}` };
  const chosen = caio.map((name) => {
    const backend = offered.find((each) => each.name === name)?.backend;
    const title = name === "caio" ? `caio (${backend ?? "?"})` : name;
    return { implementation: name, title };
  });
  return [own, { ...own, title: "the same again (noise)" }, ...chosen];
}

export class ThisNode implements Peer {
  readonly runtime = nodeName(process.versions.node);
  readonly title = `Node ${process.versions.node}`;
  readonly #runner = new Runner();
  readonly #parts: readonly Part[];
  readonly #twins: boolean;
  readonly #apart: Peer | undefined;

  /**
   * @param twins whether the synchronous functions and coreutils take part where a workload has such a form
   * @param apart where all but coreutils runs. Who starts a program with fork(2) pays a page fault for each page that it
   *   writes to afterwards: that would be measured too
   */
  constructor(offered: readonly Offered[], caio: readonly string[], twins: boolean, apart?: Peer) {
    this.#parts = nodeParts(process.versions.node, offered, caio);
    this.#twins = twins;
    this.#apart = apart;
  }

  parts(workload: Workload): readonly Part[] {
    if (workload.kind !== "timed" || !this.#twins) return this.#parts;
    const { sync, coreutils } = workload.twins ?? {};
    return [
      ...this.#parts,
      ...(sync === undefined ? [] : [{ implementation: "sync", title: "node:fs, synchronous" }]),
      ...(coreutils === undefined ? [] : [{ implementation: "coreutils", title: "coreutils" }]),
    ];
  }

  async prepare(workload: Workload, implementation: string, folder: string): Promise<Station> {
    if (workload.kind === "figure") return figureStation(nodeCommand(process.execPath), workload, implementation, folder);
    if (this.#apart !== undefined && implementation !== "coreutils") return this.#apart.prepare(workload, implementation, folder);
    const runner = this.#runner;
    const station = await runner.prepare(workload.name, implementation, folder);
    return { sample: (quota) => runner.sample(station, quota), end: () => runner.end(station) };
  }

  async close(): Promise<void> {
    await this.#apart?.close();
  }
}
