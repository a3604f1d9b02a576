/** `npx caio doctor`: what serves on this machine, why nothing better, and how operations are routed on a file system. */

import { parseArgs } from "node:util";

import { diagnose } from "./doctor/diagnosis";
import { textOf } from "./doctor/text";

const help = `Usage: caio doctor [--json] [PATH]

Tells of the platform, of each backend (available or not, the reason, the mend),
of the file system of PATH (the current folder if none is given) and how each
kind of operation is routed there, of limits, and of containers and filters
around the process. The routes are found by trying: in a folder that is made
beside PATH, or in it, and removed afterwards.

  --json  the same for programs
  --help  this

Exit status: 0 if a native backend serves, 1 if the js backend does,
2 if PATH or an option is wrong.`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  if (values.help === true) {
    console.log(help);
    return 0;
  }
  if (positionals.length > 1) throw new Error(`one PATH at a time. Received ${positionals.join(" ")}`);
  const diagnosis = await diagnose(positionals[0] ?? ".");
  console.log(values.json === true ? JSON.stringify(diagnosis, undefined, 2) : textOf(diagnosis));
  return diagnosis.backends.some(({ name, inUse }) => inUse && name !== "js") ? 0 : 1;
}
