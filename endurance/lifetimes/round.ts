/** A process of `npm run lifetimes`: plays its rounds, and says of each what it saw. */

import { Package } from "../package";
import type { Assignment, RoundReport } from "./assignment";
import { ClosingRounds } from "./closing";
import { MemoryRounds } from "./memory";
import { endProcess, say, WorkerRounds } from "./sudden-ends";

interface Rounds {
  round(seed: number): Promise<RoundReport>;
  end?(): Promise<void>;
}

const assignment = JSON.parse(process.argv[2] ?? "") as Assignment;

function roundsOf(of: Package): Rounds {
  if (assignment.event === "memory") return new MemoryRounds(of, assignment);
  if (assignment.event === "closing") return new ClosingRounds(of, assignment);
  return new WorkerRounds(assignment);
}

async function play(): Promise<void> {
  const of = new Package(assignment.root);
  if (assignment.fault === "crash") process.kill(process.pid, "SIGSEGV");
  if (assignment.fault === "hang") for (;;);
  if (assignment.event === "exit" || assignment.event === "exception") return endProcess(of, assignment);
  const rounds = roundsOf(of);
  for (let index = 0; index < assignment.rounds; index++) say(await rounds.round(assignment.seed + index));
  await rounds.end?.();
}

void play();
