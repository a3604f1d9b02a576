/** `caio/thread`: contexts on a thread pool. The import throws, with the diagnosis, where that is not available. */

import type { AsyncContext as Context } from "./context";
import { contextOn } from "./fixed-context";

export const AsyncContext = contextOn("thread");
export type AsyncContext = Context;

export { Operation } from "./operation";
export type { Priority } from "./operation";
export type { OperationOptions } from "./context";
export type { FixedContextOptions as AsyncContextOptions } from "./fixed-context";
