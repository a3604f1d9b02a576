/** The process that plays programs on one subject. It ends when nobody can ask any more: an idle engine must let it go. */

import { rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { diagnosis, load, project, type Loaded } from "../subject";
import { channel, type Answer, type Engagement, type Question } from "./message";
import { play } from "./play";

function say(answer: Answer): void {
  let rest = Buffer.from(`${JSON.stringify(answer)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(channel, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

interface Selection {
  engineFor(backend: string): { counters(): Record<string, { tryNowHit: number; tryNowMiss: number }> };
}

interface Tries {
  readonly hits: number;
  readonly misses: number;
}

const { subject, base } = JSON.parse(process.argv[2] ?? "") as Engagement;

function tries(): Tries {
  if (subject.backend === undefined) return { hits: 0, misses: 0 };
  const selection = require(join(project, "dist", "backends", "select.js")) as Selection;
  const routes = Object.values(selection.engineFor(subject.backend).counters());
  const sum = (route: "tryNowHit" | "tryNowMiss"): number => routes.reduce((total, counts) => total + counts[route], 0);
  return { hits: sum("tryNowHit"), misses: sum("tryNowMiss") };
}

function loadOrSayWhyNot(): Loaded | undefined {
  try {
    return load(subject);
  } catch (error) {
    const reason = subject.backend === undefined ? undefined : diagnosis(subject.backend);
    if (reason === undefined) throw error;
    say({ unavailable: reason });
    return undefined;
  }
}

async function work({ fs }: Loaded): Promise<void> {
  // Beyond the limit on a file's size a write is to fail, not to end the process.
  process.on("SIGXFSZ", () => undefined);
  process.on("warning", () => undefined);
  // What an engine opens with its first operation is no program's leak.
  await fs.access(base);
  say({ ready: true });
  let before = tries();
  for await (const line of createInterface({ input: process.stdin })) {
    const { folder, program } = JSON.parse(line) as Question;
    const observed = await play(fs, program, base, join(base, folder));
    rmSync(join(base, folder), { recursive: true, force: true });
    const after = tries();
    say({ observed, hits: after.hits - before.hits, misses: after.misses - before.misses });
    before = after;
  }
}

const loaded = loadOrSayWhyNot();
if (loaded !== undefined) void work(loaded);
