/** Contexts and FileHandles closed twice, closed by somebody else, and dropped, while a thousand reads wait. */

import { closeSync, constants, openSync, readdirSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { AsyncContext } from "caio";
import { Chance } from "../../compat/property/chance";
import type { Package, Served } from "../package";
import { wanted, type Assignment, type RoundReport } from "./assignment";
import { Hold, makeFifos } from "./fifos";

const manners = ["handles closed twice", "contexts closed twice", "handles closed by somebody else", "handles dropped", "contexts dropped"] as const;
type Manner = (typeof manners)[number];

const contextsAtATime = 4;
const longestWait = 2000;
/** Of dropped handles, the last ones may still be on somebody's stack. */
const stillHeld = 10;

const descriptors = (): number => readdirSync("/proc/self/fd").length;
const code = (error: unknown): string => String((error as NodeJS.ErrnoException).code);
const refusal = (promise: Promise<unknown>): Promise<string> => promise.then(() => "nothing", code);

interface Round {
  readonly pending: number;
  readonly failures: readonly string[];
}

export class ClosingRounds {
  readonly #served: Served;
  readonly #holds: readonly Hold[];
  #complaints = 0;

  constructor(
    private readonly of: Package,
    private readonly assignment: Assignment,
  ) {
    this.#served = of.fileSystem(assignment.backend, { maxRequests: 4096, tryNow: false });
    writeFileSync(join(assignment.folder, "file"), Buffer.alloc(1 << 16, 1));
    // libuv would wait for ever in each of its four threads.
    this.#holds = assignment.backend === "js" ? [] : makeFifos(assignment.folder, wanted).map((name) => new Hold(name));
    // What Node says of a handle that is lost unclosed; from Node 25 on it is an error that nobody catches.
    process.on("warning", ({ message }) => {
      if (/on garbage collection/.test(message)) this.#complaints += 1;
    });
    process.on("uncaughtException", (error) => {
      if (!/garbage collect/.test(error.message)) throw error;
      this.#complaints += 1;
    });
  }

  async round(seed: number): Promise<RoundReport> {
    const manner = new Chance(seed).of(manners);
    // Once before, so that what an engine opens with its first operation is there.
    await this.#served.fs.stat(this.assignment.folder);
    const before = descriptors();
    const { pending, failures } = await this.#play(manner);
    for (const hold of this.#holds) hold.drain();
    const left = await this.#settledDescriptors(before);
    const faulty = this.assignment.fault === "leak" ? 2 * stillHeld : 0;
    for (let opened = 0; opened < faulty; opened++) openSync(join(this.assignment.folder, "file"), "r");
    const leaked = left + faulty - before;
    const tolerated = manner === "handles dropped" ? stillHeld : 0;
    return { what: manner, pending, strayWrites: 0, failures: leaked > tolerated ? [...failures, `${leaked} descriptors are left open`] : failures };
  }

  /** Descriptors open once everything has had time to be collected and closed. */
  async #settledDescriptors(before: number): Promise<number> {
    for (let waited = 0; descriptors() > before && waited < longestWait; waited += 10) {
      globalThis.gc?.();
      await wait(10);
    }
    return descriptors();
  }

  #play(manner: Manner): Promise<Round> {
    switch (manner) {
      case "handles closed twice":
        return this.#handlesClosedTwice();
      case "contexts closed twice":
        return this.#contextsClosedTwice();
      case "handles closed by somebody else":
        return this.#handlesClosedBySomebodyElse();
      case "handles dropped":
        return this.#handlesDropped();
      case "contexts dropped":
        return this.#contextsDropped();
    }
  }

  #open(): Promise<FileHandle[]> {
    const file = join(this.assignment.folder, "file");
    const paths = this.#holds.length > 0 ? this.#holds.map(({ path }) => path) : Array.from({ length: wanted }, () => file);
    return Promise.all(paths.map((path) => this.#served.fs.open(path, "r+")));
  }

  #read(handles: readonly FileHandle[]): Promise<number>[] {
    if (this.assignment.fault === "nothing in flight") return [];
    return handles.map(async (handle) => (await handle.read(Buffer.alloc(64), 0, 64, null)).bytesRead);
  }

  #release(): void {
    for (const hold of this.#holds) hold.write(Buffer.alloc(64, "F"));
  }

  async #handlesClosedTwice(): Promise<Round> {
    const failures: string[] = [];
    const handles = await this.#open();
    const reads = this.#read(handles);
    const { pending } = this.#served.engine;
    const closing = handles.map((handle) => [handle.close(), handle.close()] as const);
    if (closing.some(([first, second]) => first !== second)) failures.push("a second close gave another promise, with an operation pending");
    if (handles.some(({ fd }) => fd < 0)) failures.push("a descriptor was gone with an operation pending");
    this.#release();
    const counts = await Promise.all(reads);
    if (counts.some((count) => count !== 64)) failures.push("a read did not end as it should");
    await Promise.all(closing.flat());
    for (const refused of await Promise.all(handles.map((handle) => refusal(handle.stat())))) if (refused !== "EBADF") failures.push(`a closed handle gave ${refused}`);
    return { pending, failures };
  }

  #contexts(): AsyncContext[] {
    const { backend } = this.assignment;
    return Array.from({ length: contextsAtATime }, () => this.of.context({ backend, maxRequests: 4096, tryNow: false }));
  }

  #readIn(contexts: readonly AsyncContext[], fds: readonly number[]): Promise<unknown>[] {
    if (this.assignment.fault === "nothing in flight") return [];
    const position = this.#holds.length > 0 ? null : 0;
    return fds.map((fd, index) => contexts[index % contexts.length]?.read(64, fd, position) ?? Promise.resolve());
  }

  #openForContexts(): number[] {
    const file = join(this.assignment.folder, "file");
    return Array.from({ length: wanted }, (_, index) => openSync(this.#holds[index]?.path ?? file, constants.O_RDWR));
  }

  async #contextsClosedTwice(): Promise<Round> {
    const failures: string[] = [];
    const fds = this.#openForContexts();
    const contexts = this.#contexts();
    const reads = this.#readIn(contexts, fds);
    const pending = contexts.reduce((sum, context) => sum + context.pending, 0);
    const closing = contexts.flatMap((context) => [context.close(), context.close()]);
    for (const context of contexts) {
      const refused = await refusal(context.read(1, fds[0] ?? 0));
      if (refused !== "EBADF") failures.push(`a context that is being closed gave ${refused}`);
    }
    this.#release();
    await Promise.all([...reads, ...closing]);
    await Promise.all(contexts.map((context) => context.close()));
    for (const fd of fds) closeSync(fd);
    return { pending, failures };
  }

  async #handlesClosedBySomebodyElse(): Promise<Round> {
    const failures: string[] = [];
    const handles = await this.#open();
    const reads = this.#read(handles);
    const { pending } = this.#served.engine;
    this.#served.engine.flush();
    const fds = handles.map(({ fd }) => fd);
    for (const fd of fds) closeSync(fd);
    this.#release();
    // A descriptor that was closed under an operation may give data, an error, or be waited for as long as in Node.
    await Promise.race([Promise.allSettled(reads), wait(longestWait)]);
    if (this.#served.engine.pending > 0) failures.push(`${this.#served.engine.pending} reads wait for descriptors that were closed`);
    // None of the numbers is anybody else's by now.
    for (const refused of await Promise.all(handles.map((handle) => refusal(handle.close())))) if (refused !== "EBADF") failures.push(`closing a closed descriptor gave ${refused}`);
    if ((await this.#served.fs.readFile(join(this.assignment.folder, "file"))).length !== 1 << 16) failures.push("the engine serves no more");
    return { pending, failures };
  }

  async #handlesDropped(): Promise<Round> {
    const failures: string[] = [];
    const before = this.#complaints;
    let ended = 0;
    const begin = async (): Promise<number> => {
      const handles = await this.#open();
      for (const read of this.#read(handles)) void read.then(() => (ended += 1));
      return this.#served.engine.pending;
    };
    const pending = await begin();
    globalThis.gc?.();
    await wait(1);
    globalThis.gc?.();
    if (this.#holds.length > 0 && this.#complaints > before) failures.push("a handle with an operation pending was collected");
    this.#release();
    for (let waited = 0; ended < pending && waited < longestWait; waited += 1) await wait(1);
    if (ended < pending) failures.push(`${pending - ended} reads of dropped handles did not end`);
    for (let waited = 0; this.#complaints < before + wanted && waited < longestWait; waited += 10) {
      globalThis.gc?.();
      await wait(10);
    }
    if (this.#complaints < before + wanted - stillHeld) failures.push(`Node said of ${this.#complaints - before} dropped handles only that it has closed them`);
    return { pending, failures };
  }

  async #contextsDropped(): Promise<Round> {
    const failures: string[] = [];
    const fds = this.#openForContexts();
    let ended = 0;
    const begin = (): number => {
      const contexts = this.#contexts();
      for (const read of this.#readIn(contexts, fds)) void read.then(() => (ended += 1));
      return contexts.reduce((sum, context) => sum + context.pending, 0);
    };
    const pending = begin();
    globalThis.gc?.();
    await wait(1);
    globalThis.gc?.();
    this.#release();
    for (let waited = 0; ended < pending && waited < longestWait; waited += 1) await wait(1);
    if (ended < pending) failures.push(`${pending - ended} reads of dropped contexts did not end`);
    for (const fd of fds) closeSync(fd);
    return { pending, failures };
  }

  async end(): Promise<void> {
    await this.#served.engine.end();
    for (const hold of this.#holds) hold.close();
  }
}
