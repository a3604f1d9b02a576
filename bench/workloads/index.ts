/** Every row of the bench, in the order of the table. */

import type { Workload } from "../workload";
import { directReads } from "./direct";
import { openAndClose } from "./open-close";
import { reads } from "./read";
import { fileReads } from "./read-file";
import { stats } from "./stat";
import { writes } from "./write";

export const workloads: readonly Workload[] = [
  ...reads,
  ...fileReads,
  ...stats,
  openAndClose,
  ...writes,
  directReads,
];
