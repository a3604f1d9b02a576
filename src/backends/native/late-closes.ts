/** Descriptors that are closed when their engine has ended: they must be given back all the same. */

import type { Native } from "../../../typings/native";
import type { Eventual, Result } from "../engine";
import { nodeFs } from "../node-fs";
import { resultOf } from "../js/steps";

interface Closing {
  close(fd: number, traits: number): Eventual<Result>;
  end(): Promise<void>;
}

/** Node's own way waits for a thread of libuv's, and warns in a worker of a descriptor that Node did not open. */
const closeInNode = ({ unclaimed }: Native, fd: number): Promise<Result> =>
  new Promise((resolve) => {
    unclaimed[fd] = 0;
    nodeFs.close(fd, (error) => resolve(error ? resultOf(error) : 0));
  });

class LateCloses {
  #engine: Closing | Result | undefined;
  #open = 0;

  constructor(
    private readonly addon: Native,
    private readonly makeEngine: () => Closing | Result,
  ) {}

  /** By an engine that lives for as long as something is to be closed. */
  async close(fd: number, traits: number): Promise<Result> {
    const engine = (this.#engine ??= this.makeEngine());
    this.#open++;
    try {
      // With no descriptor left for another engine, giving one back must not fail.
      return await (typeof engine === "number" ? closeInNode(this.addon, fd) : engine.close(fd, traits));
    } finally {
      if (--this.#open === 0) {
        this.#engine = undefined;
        if (typeof engine !== "number") await engine.end();
      }
    }
  }
}

const ofAddon = new WeakMap<Native, LateCloses>();

/** @param makeEngine an engine, or −errno */
export function lateCloses(addon: Native, makeEngine: () => Closing | Result): LateCloses {
  let closes = ofAddon.get(addon);
  if (closes === undefined) ofAddon.set(addon, (closes = new LateCloses(addon, makeEngine)));
  return closes;
}
