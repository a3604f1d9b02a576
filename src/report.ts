/** `backends()` and `stats()`: which backends there are and why, what the handles of the one in use are, and what its engine has done. */

import type { EngineStats } from "./backends/engine";
import { backendReports, engineFor, type BackendReport as Report } from "./backends/select";
import { fileHandleReport, type FileHandleReport } from "./fs/genuine";

export interface BackendReport extends Report {
  /**
   * Of the backend in use: what `open()` of `caio/fs` gives. `genuine` is a subclass of Node's own FileHandle, `own` a class
   * of caio's, which Node's functions refuse; `unknown` until the first handle is opened, because only an open one shows.
   */
  readonly fileHandle?: FileHandleReport["kind"];
  /** Why handles are of caio's own class: what of Node's FileHandle was not found. */
  readonly fileHandleReason?: string;
}

/** What the engine that `caio/fs` shares has done so far; `createFs` gives others, which tell of themselves. */
export const stats = (): EngineStats => engineFor().stats();

/** All four, in the order in which they are chosen; looked at anew in each call. */
export function backends(): BackendReport[] {
  return backendReports().map((report) => {
    if (!report.inUse) return report;
    const { kind, reason } = fileHandleReport();
    return { ...report, fileHandle: kind, ...(reason === undefined ? {} : { fileHandleReason: reason }) };
  });
}
