/** Runs a piece of JavaScript in a Node of its own, from the package's folder. */

import { spawnSync } from "node:child_process";
import { packageRoot } from "./matrix";

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly nodeOptions?: readonly string[];
}

/**
 * For a script: the peak of its own resident memory, in KiB. What getrusage(2) tells begins with the peak of the process
 * that started it, here of all tests so far: it stays across execve(2).
 */
export const peakMemory = String.raw`Number(/^VmHWM:\s*(\d+)/m.exec(require("node:fs").readFileSync("/proc/self/status", "latin1"))[1])`;

export function runNode(script: string, { env = {}, cwd = packageRoot, nodeOptions = [] }: Surroundings = {}): Ended {
  const { CAIO_IMPL: _impl, CAIO_TRY_NOW: _tryNow, ...inherited } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, [...nodeOptions, "-e", script], {
    cwd,
    env: { ...inherited, ...env },
    encoding: "utf8",
    timeout: 60000,
  });
  return { stdout, stderr, status };
}
