/** The process within the namespaces: mounts one file system after the other and runs the suite on each. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../subject";
import { runSuite } from "../suite";
import { kinds } from "./kinds";
import type { Assignment, Outcome } from "./outcome";

async function outcomeOn(name: string, { folder, only, backend, self, verbose }: Assignment): Promise<Outcome> {
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no file system ${name}`);
  const place = join(folder, name, "mounted");
  const work = join(folder, name, "work");
  for (const each of [place, work]) mkdirSync(each, { recursive: true });
  try {
    await kind.mount(place, work);
  } catch (error) {
    const skipped = error instanceof Error ? error.message : String(error);
    console.log(`skipped: ${name}: ${skipped}`);
    return { name, skipped };
  }
  const suite = { only, backend, onlyWithTryNow: kind.slow, self, verbose, inMemory: false };
  const summary = await runSuite(project, suite, { present: [{ name, folder: join(place, "twins"), passing: true }], missing: [] });
  return { name, summary };
}

async function main(): Promise<void> {
  const assignment = JSON.parse(process.argv[2] ?? "") as Assignment;
  // The parent holds the other end: when it is gone, killed even, this ends, and the namespaces with it.
  process.stdin.on("end", () => process.exit(1)).resume();
  for (const name of assignment.names) {
    const outcome = await outcomeOn(name, assignment);
    writeFileSync(join(assignment.folder, `${name}.json`), JSON.stringify(outcome));
  }
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
