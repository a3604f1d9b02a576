/** A subject in a process of its own: a crash, a hang or a silent end is what was seen of the running program. */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Subject } from "../configuration";
import { limited } from "./limited";
import type { Answer, Question } from "./message";
import type { Observed } from "../observe";

/** A program's calls take milliseconds each, unless the machine is very busy. */
const longestPlay = 60_000;
const longestEnd = 10_000;

export interface Seen {
  readonly observed: Observed;
  readonly hits: number;
  readonly misses: number;
}

const nothingSeen = (cause: string): Seen => ({ observed: { process: cause }, hits: 0, misses: 0 });

export class Player {
  #child: ChildProcess | undefined;
  /** Told what the process says next, or undefined and why when it says nothing any more. */
  #heard: (answer: Answer | undefined, cause: string) => void = () => undefined;
  #ended: Promise<void> | undefined;
  /** Why this subject cannot be played at all. */
  unavailable: string | undefined;

  constructor(
    readonly subject: Subject,
    readonly base: string,
  ) {}

  #start(): ChildProcess {
    rmSync(this.base, { recursive: true, force: true });
    mkdirSync(this.base, { recursive: true });
    const { CAIO_IMPL: _implementation, CAIO_TRY_NOW: _tryNow, ...environment } = process.env;
    const [command, ...args] = limited([process.execPath, "--expose-gc", join(__dirname, "worker.js"), JSON.stringify({ subject: this.subject, base: this.base })]);
    const child = spawn(command, args, {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      env: this.subject.tryNow ? environment : { ...environment, CAIO_TRY_NOW: "0" },
    });
    let complaint = "";
    child.stdout?.resume();
    child.stdin?.on("error", () => undefined);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaint = `${complaint}${text}`.slice(-4000);
    });
    createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => this.#heard(JSON.parse(line) as Answer, ""));
    this.#ended = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        this.#child = undefined;
        const ended = signal === null ? `ended with ${code} before the program did` : `crashed with ${signal}`;
        this.#heard(undefined, complaint === "" ? ended : `${ended}: ${complaint.trim()}`);
        resolve();
      });
    });
    return child;
  }

  #answer(): Promise<Answer | string> {
    return new Promise((resolve) => {
      let hung: string | undefined;
      const watchdog = setTimeout(() => {
        hung = "hung";
        this.#child?.kill("SIGKILL");
      }, longestPlay);
      this.#heard = (answer, cause) => {
        clearTimeout(watchdog);
        resolve(answer ?? hung ?? cause);
      };
    });
  }

  async play(question: Question): Promise<Seen> {
    if (this.#child === undefined) {
      this.#child = this.#start();
      const first = await this.#answer();
      if (typeof first === "string") throw new Error(`${this.subject.name} does not start: ${first}`);
      if ("unavailable" in first) this.unavailable = first.unavailable;
    }
    if (this.unavailable !== undefined) return nothingSeen(this.unavailable);
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    const answer = await this.#answer();
    if (typeof answer === "string") return nothingSeen(answer);
    return "observed" in answer ? answer : nothingSeen("answered something else");
  }

  /** @returns what is wrong with the way in which the process ended */
  async end(): Promise<string | undefined> {
    const child = this.#child;
    let trouble: string | undefined;
    if (child !== undefined) {
      const watchdog = setTimeout(() => {
        trouble = `${this.subject.name} does not end although idle`;
        child.kill("SIGKILL");
      }, longestEnd);
      child.stdin?.end();
      await this.#ended;
      clearTimeout(watchdog);
    }
    rmSync(this.base, { recursive: true, force: true });
    return trouble;
  }
}
