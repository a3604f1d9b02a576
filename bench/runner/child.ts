/**
 * The bench within another runtime. Without arguments it takes calls from standard input, one after the other, until
 * that ends; with `WORKLOAD IMPLEMENTATION FOLDER` it takes one figure of this process and ends.
 */

import { messageOf, Refusal } from "../refusal";
import { workloadNamed } from "../workloads";
import { loadImplementation, offered } from "./implementations";
import { eachLine, type Answer, type Call } from "./protocol";
import { Runner } from "./runner";

const say = (answer: Answer): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

const problem = (error: unknown): Answer =>
  error instanceof Refusal ? { refused: error.message } : { failed: messageOf(error) };

async function takeFigure(workloadName: string, implementation: string, folder: string): Promise<Answer> {
  const workload = workloadNamed(workloadName);
  if (workload.kind !== "figure") throw new Error(`${workloadName} is no figure`);
  const value = await workload.figure(() => loadImplementation(implementation), folder);
  return { sample: { value } };
}

async function answer(runner: Runner, call: Call): Promise<Answer> {
  switch (call.call) {
    case "prepare":
      return { station: await runner.prepare(call.workload, call.implementation, call.folder) };
    case "sample":
      return { sample: await runner.sample(call.station, call.quota) };
    case "end":
      await runner.end(call.station);
      return { done: true };
  }
}

async function takeCalls(): Promise<void> {
  const runner = new Runner();
  say({ offered: await offered() });
  process.stdin.setEncoding("utf8");
  process.stdin.on(
    "data",
    eachLine((line) => {
      answer(runner, JSON.parse(line) as Call).catch(problem).then(say, () => process.exit(1));
    }),
  );
  process.stdin.once("end", () => process.exit());
}

const [workload, implementation, folder] = process.argv.slice(2);
if (workload === undefined || implementation === undefined || folder === undefined) {
  takeCalls().catch((error: unknown) => {
    say(problem(error));
    process.exitCode = 1;
  });
} else {
  takeFigure(workload, implementation, folder)
    .catch(problem)
    .then((found) => {
      process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit());
    }, () => process.exit(1));
}
