/** append + datasync: writers who must know that their record is on the disk, all below one handle. */

import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freshName } from "../disk";
import { atDepth, type TimedWorkload } from "../workload";

const recordLength = 128;

const record = (lap: number, index: number): Buffer =>
  Buffer.from(`lap ${lap} record ${index}`.padEnd(recordLength - 1, ".") + "\n");

const appendAt = (writers: number): TimedWorkload => ({
  kind: "timed",
  name: `append-datasync-${writers}`,
  title: `append + datasync, ${writers} ${writers === 1 ? "writer" : "writers"}`,
  selections: ["core", "short"],
  files: () => undefined,
  prepare: async ({ fs }, folder) => {
    const operations = 4 * Math.max(4, writers);
    const path = join(folder, freshName("log"));
    writeFileSync(path, "");
    const handle = await fs.open(path, "a");
    let lap = 0;
    let records: Buffer[] = [];
    const appendOne = async (index: number): Promise<void> => {
      const { bytesWritten } = await handle.write(records[index] as Buffer);
      if (bytesWritten !== recordLength) throw new Error(`record ${index}: ${bytesWritten} bytes`);
      await handle.datasync();
    };
    return {
      operations,
      arm: () => {
        ++lap;
        truncateSync(path, 0);
        records = Array.from({ length: operations }, (_, index) => record(lap, index));
      },
      lap: (observe) => atDepth(writers, operations, appendOne, [], observe),
      check: () => {
        const found = readFileSync(path, "latin1").split("\n").slice(0, -1).sort();
        const wanted = records.map((each) => each.toString("latin1", 0, recordLength - 1)).sort();
        if (found.length !== wanted.length || found.some((line, index) => line !== wanted[index]))
          throw new Error(`${path} has other records than were written`);
      },
      end: () => handle.close(),
    };
  },
});

export const appendWorkloads: readonly TimedWorkload[] = [appendAt(1), appendAt(32)];
