/** Takes a figure in a process of its own, a new one each time. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf, Refusal } from "../refusal";
import type { Answer } from "../runner/protocol";
import type { Workload } from "../workload";
import type { Station } from "./peer";
import { runtimeEnvironment } from "./runtime-process";

const run = promisify(execFile);
const patience = 120_000;

/** @param command a runtime and its arguments, the bench's child last */
export function figureStation(command: readonly string[], workload: Workload, implementation: string, folder: string): Station {
  const [program = "", ...args] = command;
  return {
    sample: async () => {
      const { stdout } = await run(program, [...args, workload.name, implementation, folder], {
        timeout: patience,
        env: runtimeEnvironment(),
      }).catch((error: unknown) => {
        throw new Error(`${program} ended early: ${messageOf(error).split("\n").slice(0, 3).join(" ")}`, { cause: error });
      });
      const answer = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Answer;
      if ("sample" in answer) return answer.sample;
      if ("refused" in answer) throw new Refusal(answer.refused);
      throw new Error("failed" in answer ? answer.failed : `an unexpected answer: ${stdout}`);
    },
    end: () => Promise.resolve(),
  };
}
