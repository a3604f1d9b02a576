/** Kills a process that has not been heard of for too long. */

import type { ChildProcess } from "node:child_process";

export class Watchdog {
  readonly #child: ChildProcess;
  readonly #patience: number;
  #timer: NodeJS.Timeout | undefined;
  #hung = false;

  /** @param patience milliseconds of silence */
  constructor(child: ChildProcess, patience: number) {
    this.#child = child;
    this.#patience = patience;
    this.heard();
    child.once("close", () => clearTimeout(this.#timer));
  }

  /** Whether it had to be killed. */
  get hung(): boolean {
    return this.#hung;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#hung = true;
      this.#child.kill("SIGKILL");
    }, this.#patience);
  }
}
