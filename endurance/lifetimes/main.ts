/** npm run lifetimes [-- --rounds N] [--backend NAME] [--event NAME] [--seed S] [--asan]: ends of every kind with a thousand operations in flight. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { backendNames, isBackend, seedOf, wholeNumber } from "../options";
import { Package, project } from "../package";
import { sanitized } from "./address-sanitizer";
import { events, faults, type Assignment, type Event, type Fault } from "./assignment";
import { run, type Outcome, type Surroundings } from "./process";

const { values: options } = parseArgs({
  options: {
    /** In all; at least one of each event on each backend. */
    rounds: { type: "string", default: "84" },
    backend: { type: "string" },
    event: { type: "string" },
    seed: { type: "string" },
    /** With an addon that the address and undefined-behaviour sanitizers watch. */
    asan: { type: "boolean", default: false },
  },
});

const scratch = join(project, "scratch", "lifetimes", String(process.pid));
const atATime = 2;
const roundsPerProcess = 10;
const patience = { plain: 120_000, fault: 3000 };

type Planned = Omit<Assignment, "root" | "folder">;

const endsItsProcess = (event: Event): boolean => event === "exit" || event === "exception";

/** The rounds shared out among events and backends. */
function plan(rounds: number, seed: number, backends: readonly Assignment["backend"][], chosen: readonly Event[]): Planned[] {
  const kinds = backends.flatMap((backend) => chosen.map((event) => ({ backend, event })));
  const planned: Planned[] = [];
  kinds.forEach(({ backend, event }, index) => {
    let left = Math.max(1, Math.floor(rounds / kinds.length) + (index < rounds % kinds.length ? 1 : 0));
    for (let next = seed; left > 0; ) {
      const together = endsItsProcess(event) ? 1 : Math.min(left, roundsPerProcess);
      planned.push({ backend, event, seed: next, rounds: together });
      left -= together;
      next += together;
    }
  });
  return planned;
}

let folders = 0;

async function runAll(planned: readonly Planned[], root: string, surroundings: Surroundings): Promise<Map<Planned, Outcome>> {
  const outcomes = new Map<Planned, Outcome>();
  const left = [...planned];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      outcomes.set(next, await run({ ...next, root, folder: join(scratch, String(folders++)) }, surroundings));
    }
  };
  await Promise.all(Array.from({ length: atATime }, lane));
  return outcomes;
}

/** Where each deliberate fault can be seen. */
const faultyEvent: Readonly<Record<Fault, Event>> = {
  crash: "terminate", hang: "terminate", "stray write": "memory", "operation that lives on": "terminate", "nothing in flight": "exit", leak: "closing",
};

function isFound(fault: Fault, { crashed, hung, reports, failures }: Outcome): boolean {
  const stray = reports.reduce((sum, { strayWrites }) => sum + strayWrites, 0);
  if (fault === "crash") return crashed;
  if (fault === "hang") return hung;
  if (fault === "stray write" || fault === "operation that lives on") return stray > 0;
  return failures.length > 0;
}

/** A check that cannot fail is none: each of these must be found. */
async function proveThatFaultsAreFound(backend: Assignment["backend"], surroundings: Surroundings): Promise<number> {
  const planned = faults.map((fault): Planned => ({ backend, event: faultyEvent[fault], seed: 1, rounds: 1, fault }));
  const [hang, others] = [planned.filter(({ fault }) => fault === "hang"), planned.filter(({ fault }) => fault !== "hang")];
  const outcomes = new Map([...(await runAll(hang, project, { ...surroundings, patience: patience.fault })), ...(await runAll(others, project, surroundings))]);
  const missed = [...outcomes].filter(([{ fault }, outcome]) => fault !== undefined && !isFound(fault, outcome));
  for (const [{ fault }] of missed) console.log(`MISSED: ${fault}`);
  console.log(`deliberate faults: ${faults.length - missed.length} of ${faults.length} found`);
  return missed.length;
}

async function main(): Promise<void> {
  const seed = seedOf(options.seed);
  const of = new Package(project);
  if (options.backend !== undefined && !isBackend(options.backend)) throw new Error(`--backend is one of ${backendNames.join(", ")}`);
  const chosenEvents = events.filter((event) => options.event === undefined || event === options.event);
  if (chosenEvents.length === 0) throw new Error(`--event is one of ${events.join(", ")}`);
  const chosen = of.backends().filter(({ name }) => options.backend === undefined || name === options.backend);
  for (const { name, available, reason } of chosen) if (!available) console.log(`skipped: ${name}: ${reason}`);
  const served = chosen.filter(({ available }) => available).map(({ name }) => name);
  const planned = plan(wholeNumber("rounds", options.rounds), seed, served, chosenEvents);
  const began = Date.now();
  console.log(`lifetimes: seed ${seed}, on ${served.join(", ")}${options.asan ? ", under sanitizers" : ""}`);
  try {
    const { root, preload } = options.asan ? sanitized() : { root: project, preload: undefined };
    const missed = served[0] === undefined ? 0 : await proveThatFaultsAreFound(served[0], { patience: patience.plain });
    const outcomes = await runAll(planned, root, { preload, patience: patience.plain });
    for (const [{ backend, event, seed: first, rounds }, { failures }] of outcomes) {
      for (const failure of failures) console.log(`failed: ${backend}, ${event}, again with --seed ${first} --rounds ${rounds}: ${failure}`);
    }
    const all = [...outcomes.values()];
    const reports = all.flatMap((outcome) => outcome.reports);
    const count = (what: (outcome: Outcome) => boolean): number => all.filter(what).length;
    const stray = reports.reduce((sum, { strayWrites }) => sum + strayWrites, 0);
    const failures = all.reduce((sum, outcome) => sum + outcome.failures.length, 0);
    const least = Math.min(...reports.map(({ pending }) => pending));
    console.log(
      `lifetimes: ${reports.length} rounds in ${Math.round((Date.now() - began) / 1000)} s, at least ${least} operations in flight in each, ` +
        `${count(({ crashed }) => crashed)} crashes, ${count(({ hung }) => hung)} hangs, ${stray} stray writes, ${failures} failures, seed ${seed}`,
    );
    if (failures > 0 || stray > 0 || missed > 0 || reports.length === 0) process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
