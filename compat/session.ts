/** Runs an assignment in worker processes: a crash, a hang or a silent end is the running scenario's result, and the rest goes on in a new process. */

import { spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Subject } from "./configuration";
import type { Message, Served } from "./message";
import type { Observed } from "./observe";

/** Generous: the slowest scenario starts a process or two. */
const scenarioTimeout = 30_000;
/** From "finished" to the end of an idle process. */
const exitTimeout = 5_000;

export interface Sight {
  readonly observed: Observed;
  readonly served: Served;
  readonly succeeded: boolean;
  readonly unsuitable?: string | undefined;
}

export interface SessionResult {
  readonly sights: ReadonlyMap<number, Sight>;
  /** Why nothing ran. */
  readonly unavailable?: string;
  /** What went wrong outside of any scenario. */
  readonly troubles: readonly string[];
}

interface ProcessEnd {
  /** The scenario that was running when the process ended. */
  readonly running: number | undefined;
  readonly cause: string;
  readonly finished: boolean;
  readonly unavailable: string | undefined;
}

const nothingSeen = (cause: string): Sight => ({ observed: { process: cause }, served: {}, succeeded: false });

/** A line ends with "\n" alone: since Node 24, readline breaks text at U+2028 and U+2029 too, which a scenario may well have seen. */
function onLine(stream: Readable, take: (line: string) => void): void {
  let begun = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = `${begun}${text}`.split("\n");
    begun = lines.pop() ?? "";
    lines.forEach(take);
  });
}

function runProcess(subject: Subject, base: string, indices: readonly number[], sights: Map<number, Sight>, onScenario: () => void): Promise<ProcessEnd> {
  const { CAIO_IMPL: _implementation, CAIO_TRY_NOW: _tryNow, ...environment } = process.env;
  const child = spawn(
    process.execPath,
    ["--expose-gc", ...(subject.inMemory ? ["--require", join(__dirname, "memfs", "machine.js")] : []), join(__dirname, "worker.js"), JSON.stringify({ subject, base, indices })],
    { stdio: ["ignore", "pipe", "pipe", "pipe"], env: subject.tryNow ? environment : { ...environment, CAIO_TRY_NOW: "0" } },
  );
  let running: number | undefined;
  let finished = false;
  let unavailable: string | undefined;
  let killedFor: string | undefined;
  let complaint = "";
  const killAfter = (milliseconds: number, reason: string): NodeJS.Timeout =>
    setTimeout(() => {
      killedFor = reason;
      child.kill("SIGKILL");
    }, milliseconds);
  let watchdog = killAfter(scenarioTimeout, "hung before the first scenario");

  child.stdout?.resume();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = `${complaint}${text}`.slice(-4000);
  });
  onLine(child.stdio[3] as Readable, (line) => {
    const message = JSON.parse(line) as Message;
    clearTimeout(watchdog);
    watchdog = killAfter(scenarioTimeout, "hung");
    if (message.say === "begin") running = message.index;
    else if (message.say === "end") {
      sights.set(message.index, message);
      running = undefined;
      onScenario();
    } else if (message.say === "unavailable") unavailable = message.reason;
    else {
      finished = true;
      clearTimeout(watchdog);
      watchdog = killAfter(exitTimeout, "does not end although idle");
    }
  });
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      clearTimeout(watchdog);
      const ended = signal === null ? `ended with ${code} before it settled` : `crashed with ${signal}`;
      resolve({ running, finished: finished && killedFor === undefined, unavailable, cause: killedFor ?? (complaint === "" ? ended : `${ended}: ${complaint.trim()}`) });
    });
  });
}

/** What cannot be removed is put aside, so that one file that a file system will not let go does not end the run. */
function clear(base: string): void {
  try {
    rmSync(base, { recursive: true, force: true });
  } catch {
    renameSync(base, `${base}-left-${Date.now()}`);
  }
}

/** @param base a folder's path that this session makes and removes */
export async function runSession(subject: Subject, base: string, indices: readonly number[], onScenario: () => void): Promise<SessionResult> {
  const sights = new Map<number, Sight>();
  const troubles: string[] = [];
  let rest = [...indices];
  while (rest.length > 0) {
    clear(base);
    mkdirSync(base, { recursive: true });
    const end = await runProcess(subject, base, rest, sights, onScenario);
    if (end.unavailable !== undefined) return { sights, unavailable: end.unavailable, troubles };
    if (end.running !== undefined) sights.set(end.running, nothingSeen(end.cause));
    else if (!end.finished) troubles.push(end.cause);
    const left = rest.filter((index) => !sights.has(index));
    if (left.length === rest.length) break;
    rest = left;
  }
  clear(base);
  return { sights, troubles };
}
