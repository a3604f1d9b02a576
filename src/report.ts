/** `backends()`: which backends there are and why, and what the handles of the one in use are. */

import { backendReports, type BackendReport as Report } from "./backends/select";
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

/** All four, in the order in which they are chosen; looked at anew in each call. */
export function backends(): BackendReport[] {
  return backendReports().map((report) => {
    if (!report.inUse) return report;
    const { kind, reason } = fileHandleReport();
    return { ...report, fileHandle: kind, ...(reason === undefined ? {} : { fileHandleReason: reason }) };
  });
}
