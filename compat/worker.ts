/** The process that runs scenarios on one subject and says what it saw. It never exits by itself: an idle engine must let it go. */

import { mkdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { attempt, failed } from "./attempt";
import { catalogue } from "./catalogue";
import type { Assignment } from "./configuration";
import { channel, type Message, type Served } from "./message";
import { observe, type Observed } from "./observe";
import type { Scenario } from "./scenario";
import { diagnosis, load, type Loaded } from "./subject";
import { treeOf } from "./tree";
import { listenForWarnings, takeWarnings } from "./warnings";

function say(message: Message): void {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(channel, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

/** Any depth: an outcome in which something failed is no proof of who serves a function. */
const tellsOfFailure = (observed: Observed): boolean => {
  if (typeof observed !== "object" || observed === null) return false;
  if (Array.isArray(observed)) return observed.some(tellsOfFailure);
  return "error" in observed || Object.values(observed).some(tellsOfFailure);
};

function increase(before: Served, after: Served): Served {
  const served: Served = {};
  for (const [kind, count] of Object.entries(after)) {
    const more = count - (before[kind] ?? 0);
    if (more > 0) served[kind] = more;
  }
  return served;
}

async function perform(scenario: Scenario, index: number, base: string, { fs, surroundings, served, memory }: Loaded): Promise<void> {
  const folder = join(base, String(index).padStart(4, "0"));
  mkdirSync(folder);
  memory?.enter(folder);
  process.chdir(folder);
  process.umask(0o022);
  takeWarnings();
  const before = served();
  const outcome = await attempt(() => scenario.run(fs, folder, surroundings));
  // Warnings are emitted in a nextTick; two turns let every tail of the scenario show.
  await turn();
  await turn();
  const observedOutcome = observe(outcome, folder);
  const observed: Observed = { outcome: observedOutcome, tree: treeOf(folder), warnings: takeWarnings().map((line) => line.replaceAll(folder, "<folder>")) };
  const succeeded = !failed(outcome) && !tellsOfFailure(observedOutcome);
  say({ say: "end", index, observed, served: increase(before, served()), succeeded, unsuitable: memory?.leave() });
}

function loadOrSayWhyNot(assignment: Assignment): Loaded | undefined {
  try {
    return load(assignment.subject);
  } catch (error) {
    const reason = assignment.subject.backend === undefined ? undefined : diagnosis(assignment.subject.backend);
    if (reason === undefined) throw error;
    say({ say: "unavailable", reason });
    return undefined;
  }
}

async function work(assignment: Assignment): Promise<void> {
  const loaded = loadOrSayWhyNot(assignment);
  if (loaded === undefined) return;
  listenForWarnings();
  for (const index of assignment.indices) {
    const scenario = catalogue[index];
    if (scenario === undefined) throw new Error(`there is no scenario ${index}`);
    say({ say: "begin", index });
    await perform(scenario, index, assignment.base, loaded);
  }
  process.chdir("/");
  say({ say: "finished" });
}

void work(JSON.parse(process.argv[2] ?? "") as Assignment);
