/** What stat, lstat and the handle's stat make of options that only newer versions know. */

import { getEventListeners } from "node:events";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "./attempt";
import { plant } from "./plant";
import type { Add, Fs } from "./scenario";
import { notSignals } from "./values";

export interface StatTaker {
  (fs: Fs, path: string, options: unknown): Promise<unknown>;
}

/** @param orphans whether an operation may go on when the call has thrown: on a handle, it then fails with nobody to catch it */
export function addStatOptionScenarios(add: Add, stat: StatTaker, orphans = true): void {
  add("meets signals of every kind as the running version does", [22, 46], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return {
      none: await attemptEach(notSignals, (signal) => stat(fs, path, { signal })),
      ...(await attempts({
        aborted: () => stat(fs, path, { signal: AbortSignal.abort() }),
        reason: () => stat(fs, path, { signal: AbortSignal.abort(new Error("mine")), bigint: true }),
        lookalike: () => stat(fs, path, { signal: { aborted: true } }),
        ...(orphans && { quiet: () => stat(fs, path, { signal: { aborted: false } }) }),
        open: () => stat(fs, path, { signal: new AbortController().signal }),
        bigint: () => stat(fs, path, { signal: new AbortController().signal, bigint: true }),
        missing: () => stat(fs, join(folder, "missing"), { signal: new AbortController().signal }),
        undefined: () => stat(fs, path, { signal: undefined }),
      })),
    };
  });

  add("rejects, where the running version takes a signal, when aborted right after the call", [46], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const controller = new AbortController();
    const called = attempt(() => stat(fs, path, { signal: controller.signal }));
    controller.abort(new Error("mine"));
    return called;
  });

  add("leaves no listener on its signal and takes no notice of a late abort", [46], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const controller = new AbortController();
    const outcome = await attempt(() => stat(fs, path, { signal: controller.signal }));
    const after = getEventListeners(controller.signal, "abort").length;
    controller.abort();
    return { outcome, after };
  });

  add("meets throwIfNoEntry of every kind as the running version does", [7], async (fs, folder) => {
    const path = plant(folder, { file: "x", long: "y" });
    const values = [false, true, undefined, null, 0, 1, ""].map((value) => [`${typeof value} ${String(value)}`, value] as const);
    return {
      there: await attemptEach(values, (throwIfNoEntry) => stat(fs, path, { throwIfNoEntry })),
      missing: await attemptEach(values, (throwIfNoEntry) => stat(fs, join(folder, "missing"), { throwIfNoEntry })),
      ...(await attempts({
        inFile: () => stat(fs, join(path, "beneath"), { throwIfNoEntry: false, bigint: true }),
        tooLong: () => stat(fs, join(folder, "n".repeat(300)), { throwIfNoEntry: false }),
        empty: () => stat(fs, "", { throwIfNoEntry: false }),
        both: () => stat(fs, join(folder, "missing"), { throwIfNoEntry: false, signal: new AbortController().signal }),
      })),
    };
  });
}
