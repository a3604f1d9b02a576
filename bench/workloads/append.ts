/** append + datasync: writers who must know that their record is on the disk, all below one handle. */

import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freshName } from "../disk";
import { atDepth, type TimedWorkload } from "../workload";

const recordLength = 128;

const record = (lap: number, index: number): Buffer =>
  Buffer.from(`lap ${lap} record ${index}`.padEnd(recordLength - 1, ".") + "\n");

/** @param logs all writers append to one file, or each to one of their own */
const appendAt = (writers: number, logs: 1 | "own"): TimedWorkload => ({
  kind: "timed",
  name: `append-datasync-${logs === "own" ? "files-" : ""}${writers}`,
  title: `append + datasync, ${writers} ${writers === 1 ? "writer" : "writers"}${logs === "own" ? ", a file each" : ""}`,
  selections: ["core", "short"],
  files: () => undefined,
  prepare: async ({ fs }, folder) => {
    const operations = 4 * Math.max(4, writers);
    const paths = Array.from({ length: logs === "own" ? writers : logs }, () => join(folder, freshName("log")));
    for (const path of paths) writeFileSync(path, "");
    const handles = await Promise.all(paths.map((path) => fs.open(path, "a")));
    let lap = 0;
    let records: Buffer[] = [];
    const appendOne = async (index: number): Promise<void> => {
      const handle = handles[index % handles.length] as (typeof handles)[number];
      const { bytesWritten } = await handle.write(records[index] as Buffer);
      if (bytesWritten !== recordLength) throw new Error(`record ${index}: ${bytesWritten} bytes`);
      await handle.datasync();
    };
    return {
      operations,
      arm: () => {
        ++lap;
        for (const path of paths) truncateSync(path, 0);
        records = Array.from({ length: operations }, (_, index) => record(lap, index));
      },
      lap: (observe) => atDepth(writers, operations, appendOne, [], observe),
      check: () => {
        const found = paths.flatMap((path) => readFileSync(path, "latin1").split("\n").slice(0, -1)).sort();
        const wanted = records.map((each) => each.toString("latin1", 0, recordLength - 1)).sort();
        if (found.length !== wanted.length || found.some((line, index) => line !== wanted[index]))
          throw new Error(`${folder} has other records than were written`);
      },
      end: async () => {
        for (const handle of handles) await handle.close();
      },
    };
  },
});

export const appendWorkloads: readonly TimedWorkload[] = [appendAt(1, 1), appendAt(32, 1), appendAt(16, "own")];
