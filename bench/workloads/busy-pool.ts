/** readFile while crypto.pbkdf2 keeps the runtime's own threads busy: whose work stands in line behind whose. */

import { pbkdf2 } from "node:crypto";
import { makeSmallFiles, smallFiles } from "../files";
import { atDepth, type TimedWorkload } from "../workload";

const depth = 8;
const operations = 16;
/** As many as keep every thread of libuv's pool busy, with as many again in line. */
const keptGoing = 8;
/** Some 20 ms each. */
const iterations = 30_000;

export const busyPoolWorkload: TimedWorkload = {
  kind: "timed",
  name: "readfile-pbkdf2",
  title: `readFile 2-20 KB, depth ${depth}, beside pbkdf2`,
  selections: ["core"],
  observeTimed: true,
  files: makeSmallFiles,
  prepare: async ({ fs }, folder) => {
    const files = smallFiles(folder).slice(0, operations);
    const results: Buffer[] = [];
    let going = 0;
    let wanted = false;
    let idle: (() => void) | undefined;
    const next = (): void => {
      if (!wanted) {
        if (--going === 0) idle?.();
        return;
      }
      pbkdf2("password", "salt", iterations, 64, "sha512", next);
    };
    return {
      operations,
      arm: () => {
        results.length = 0;
        wanted = true;
        for (; going < keptGoing; ++going) pbkdf2("password", "salt", iterations, 64, "sha512", next);
      },
      lap: (observe) =>
        atDepth(depth, operations, (index) => fs.readFile((files[index] as { path: string }).path), results, observe),
      check: () => {
        files.forEach(({ path, bytes }, index) => {
          if (results[index]?.equals(bytes) !== true) throw new Error(`wrong contents of ${path}`);
        });
      },
      settle: () => {
        wanted = false;
        return going === 0 ? undefined : new Promise<void>((resolve) => (idle = resolve));
      },
    };
  },
};
