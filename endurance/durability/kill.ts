/** One life of the writing process, and its sudden end. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { acknowledgementLength, writers, type Assignment } from "./message";

export interface Life {
  /** By writer: the last version that was acknowledged. */
  readonly acknowledged: readonly number[];
  readonly acknowledgements: number;
  /** How it ended, when not by the kill. */
  readonly trouble: string | undefined;
}

/** @param delay milliseconds from the first acknowledgement to the kill */
export function liveAndDie(assignment: Assignment, delay: number): Promise<Life> {
  const child = spawn(process.execPath, [join(__dirname, "writer.js"), JSON.stringify(assignment)], { stdio: ["ignore", "inherit", "pipe", "pipe"] });
  const acknowledged = Array.from({ length: writers }, () => -1);
  let acknowledgements = 0;
  let left = Buffer.alloc(0);
  let complaint = "";
  let killer: NodeJS.Timeout | undefined;
  const kill = (): void => void child.kill("SIGKILL");
  // A process that never gets as far is killed, too, and said to have failed.
  const watchdog = setTimeout(kill, 60_000);
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  (child.stdio[3] as Readable).on("data", (bytes: Buffer) => {
    killer ??= setTimeout(kill, delay);
    left = Buffer.concat([left, bytes]);
    let at = 0;
    for (; at + acknowledgementLength <= left.length; at += acknowledgementLength) {
      acknowledged[left.readUInt32LE(at)] = left.readUInt32LE(at + 4);
      acknowledgements += 1;
    }
    left = left.subarray(at);
  });
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      clearTimeout(watchdog);
      clearTimeout(killer);
      const trouble = signal === "SIGKILL" && acknowledgements > 0 ? undefined : `ended with ${signal ?? code} after ${acknowledgements} acknowledgements\n${complaint.slice(0, 1000)}`;
      resolve({ acknowledged, acknowledgements, trouble });
    });
  });
}
