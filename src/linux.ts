/** `caio/linux`: contexts on kernel AIO. The import throws, with the diagnosis, where that is not available. */

import type { AsyncContext as Context } from "./context";
import { contextOn } from "./fixed-context";

export const AsyncContext = contextOn("linux");
export type AsyncContext = Context;

export { Operation } from "./operation";
export type { Priority } from "./operation";
export type { OperationOptions } from "./context";
export type { FixedContextOptions as AsyncContextOptions } from "./fixed-context";
