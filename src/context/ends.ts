/** How a context's transfers of whole views end. */

import { rejection, type Continuation } from "../backends/continuation";
import type { Result } from "../backends/engine";
import { systemError } from "../errors";

export class Ends implements Continuation<number> {
  /** @param onEnd the context has one operation less in flight */
  constructor(
    readonly kind: "read" | "write",
    private readonly onEnd: () => void,
  ) {}

  settle(result: Result): number | Promise<number> {
    this.onEnd();
    return result < 0 ? rejection(result, this.kind) : result;
  }

  /** What was never in flight. */
  atOnce(result: Result): Promise<number> {
    return result < 0 ? Promise.reject(systemError(result, this.kind)) : Promise.resolve(result);
  }
}
