/** A runtime that was started once and runs what it is asked to, so that its turns lie among those of the others. */

import { spawn, type ChildProcess } from "node:child_process";
import { Refusal } from "../refusal";
import { eachLine, type Answer, type Call } from "../runner/protocol";
import type { Offered } from "../runner/implementations";

/** One call takes so long at most: a runtime that hangs must not hold up the others. */
const patience = 180_000;

/** No colours in what they say, and no look for a newer one of themselves. */
export const runtimeEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" });

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class RuntimeProcess {
  readonly #child: ChildProcess;
  /** One call at a time. */
  #waiting: Waiting | undefined;
  #over: Error | undefined;
  #lastWords = "";
  readonly #greeting: Promise<Answer>;

  constructor([program = "", ...args]: readonly string[]) {
    this.#child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: runtimeEnvironment() });
    this.#child.stdout?.setEncoding("utf8").on("data", eachLine((line) => this.#take(line)));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2000);
    });
    this.#child.stdin?.on("error", () => undefined);
    this.#child.once("error", (error) => this.#end(error));
    this.#child.once("close", (code, signal) => {
      const words = this.#lastWords.trim().split("\n").slice(0, 4).join(" ");
      this.#end(new Error(`ended with ${signal ?? `status ${code}`}${words === "" ? "" : `: ${words}`}`));
    });
    this.#greeting = this.#wait();
    this.#greeting.catch(() => undefined);
  }

  get over(): boolean {
    return this.#over !== undefined;
  }

  async offered(): Promise<readonly Offered[]> {
    const greeting = await this.#greeting;
    if (!("offered" in greeting)) throw new Error("failed" in greeting ? greeting.failed : "an unexpected greeting");
    return greeting.offered;
  }

  async call(call: Call): Promise<Answer> {
    await this.#greeting;
    const answer = this.#wait();
    this.#child.stdin?.write(`${JSON.stringify(call)}\n`);
    const found = await answer;
    if ("refused" in found) throw new Refusal(found.refused);
    if ("failed" in found) throw new Error(found.failed);
    return found;
  }

  close(): Promise<void> {
    if (this.#over !== undefined) return Promise.resolve();
    const gone = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    return gone.finally(() => clearTimeout(timer));
  }

  #wait(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) {
        reject(this.#over);
        return;
      }
      const timer = setTimeout(() => {
        this.#child.kill("SIGKILL");
        this.#end(new Error(`no answer in ${patience / 1000} s`));
      }, patience);
      this.#waiting = { resolve, reject, timer };
    });
  }

  #take(line: string): void {
    const waiting = this.#settle();
    try {
      waiting?.resolve(JSON.parse(line) as Answer);
    } catch {
      waiting?.reject(new Error(`an unexpected line: ${line.slice(0, 200)}`));
    }
  }

  #end(error: Error): void {
    this.#over ??= error;
    this.#settle()?.reject(this.#over);
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(waiting?.timer);
    return waiting;
  }
}
