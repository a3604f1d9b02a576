/** `caio`: asynchronous operations on open descriptors, and what there is to know about the backends. */

import { selectedBackend } from "./backends/select";

// Whoever set CAIO_IMPL hears at import what becomes of it.
selectedBackend();

export { AsyncContext } from "./context";
export type { OperationOptions } from "./context";
export type { AsyncContextOptions } from "./context/options";
export type { Offset } from "./context/arguments";
export { Operation } from "./operation";
export type { Priority } from "./operation";
export { createFs } from "./create-fs";
export type { CreateFsOptions, OwnFileSystem } from "./create-fs";
export { alignedBuffer } from "./aligned-buffer";
export { backends, stats } from "./report";
export type { BackendReport } from "./report";
export type { Fallback } from "./backends/select";
export type { OperationContext } from "./backends/tracing";
export type { BackendName, EngineStats, OperationCounters, RouteName } from "./backends/engine";
export type { FileSystemShape } from "./backends/file-system-shape";
export type { SystemError } from "./errors";
