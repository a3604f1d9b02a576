/** Makes files cold: their pages leave the page cache. */

import { execFileSync } from "node:child_process";
import { messageOf, Refusal } from "./refusal";
import { floorProgram } from "./floor-program";

const atOnce = 500;

/**
 * posix_fadvise(2), which Node does not have, by another process: the page cache is everybody's. Pages that are not on
 * the disk yet stay.
 *
 * @throws Refusal where that program cannot be had
 */
export function evict(paths: readonly string[]): void {
  const program = floorProgram();
  for (let first = 0; first < paths.length; first += atOnce) {
    try {
      execFileSync(program, ["evict", ...paths.slice(first, first + atOnce)], { stdio: "pipe" });
    } catch (error) {
      throw new Refusal(`the page cache cannot be emptied: ${messageOf(error)}`, { cause: error });
    }
  }
}
