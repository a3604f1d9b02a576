/** Runs an assignment in a process that may crash or hang, and says how it ended. */

import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exitCode, message, wanted, type Assignment, type RoundReport } from "./assignment";
import { Watchdog } from "../watchdog";

export interface Outcome {
  readonly reports: readonly RoundReport[];
  readonly crashed: boolean;
  readonly hung: boolean;
  readonly failures: readonly string[];
}

export interface Surroundings {
  /** Loaded before all else, for a sanitizer. */
  readonly preload?: string | undefined;
  /** Milliseconds of silence after which a process hangs. */
  readonly patience: number;
}

const sanitizer = /Sanitizer|runtime error:/;

/** A line is a report, or part of one whose process ended in the middle. */
function reportsIn(output: string): RoundReport[] {
  return output.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as RoundReport];
    } catch {
      return [];
    }
  });
}

const endOf = { exit: exitCode, exception: 1 } as const;

export function run(assignment: Assignment, { preload, patience }: Surroundings): Promise<Outcome> {
  mkdirSync(assignment.folder, { recursive: true });
  const env = { ...process.env, CAIO_TRY_NOW: "0", CAIO_IMPL: assignment.backend };
  const loaded = preload === undefined ? {} : { LD_PRELOAD: preload, ASAN_OPTIONS: "detect_leaks=0", UBSAN_OPTIONS: "print_stacktrace=1" };
  const child = spawn(process.execPath, ["--expose-gc", join(__dirname, "round.js"), JSON.stringify(assignment)], { env: { ...env, ...loaded }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let complaint = "";
  const watchdog = new Watchdog(child, patience);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    watchdog.heard();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      rmSync(assignment.folder, { recursive: true, force: true });
      const { event } = assignment;
      const expected = event === "exit" || event === "exception" ? endOf[event] : 0;
      const reports = reportsIn(output);
      const crashed = !watchdog.hung && (signal !== null || sanitizer.test(complaint));
      const failures = reports.flatMap(({ what, pending, failures: found }) => [
        ...(pending < wanted ? [`${what}: only ${pending} operations in flight`] : []),
        ...found.map((failure) => `${what}: ${failure}`),
      ]);
      if (watchdog.hung) failures.push(`hung after ${JSON.stringify(reports.at(-1) ?? "nothing")}`);
      else if (crashed) failures.push(`crashed with ${signal ?? code}\n${complaint.slice(0, 4000)}`);
      else if (code !== expected) failures.push(`ended with ${code} instead of ${expected}\n${complaint.slice(0, 2000)}`);
      else if (event === "exception" && !complaint.includes(message)) failures.push(`did not report its exception\n${complaint.slice(0, 2000)}`);
      else if (reports.length !== assignment.rounds) failures.push(`reported ${reports.length} rounds of ${assignment.rounds}`);
      resolve({ reports, crashed, hung: watchdog.hung, failures });
    });
  });
}
