/** A process of `npm run soak`: one backend for a long time. Says after each leg what it has measured. */

import { appendFileSync, openSync, readdirSync, writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { join } from "node:path";
import { createFs, type OwnFileSystem } from "caio";
import { legs, type Assignment, type Sample, type Served, type SoakReport } from "./assignment";
import { Actor } from "./actor";

const assignment = JSON.parse(process.argv[2] ?? "") as Assignment;
const { backend, operations, seed, folder, fault } = assignment;
const actorsAtATime = 24;

const calls: Record<string, number> = {};
let made = 0;
const count = (name: string): void => {
  made++;
  calls[name] = (calls[name] ?? 0) + 1;
};

const kept: Buffer[] = [];

/** What a leak would do. */
function keepSomething(): void {
  if (fault === "descriptors kept") openSync(process.execPath, "r");
  if (fault === "memory kept") kept.push(Buffer.alloc(4 << 20, 1));
}

async function measure(): Promise<Sample> {
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.();
    await wait(5);
  }
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  // V8 keeps 1 to 32 MiB ready for new objects, more or less as it sees fit.
  return { rss: rss - (heapTotal - heapUsed), descriptors: readdirSync("/proc/self/fd").length };
}

const servedBy = (fs: OwnFileSystem): Record<string, Served> =>
  Object.fromEntries(
    Object.entries(fs.stats().operations).map(([kind, { tryNowHit, tryNowMiss, ring, ioSubmit, pool, js }]) => [
      kind,
      { hits: tryNowHit, misses: tryNowMiss, all: tryNowHit + ring + ioSubmit + pool + js },
    ]),
  );

async function soak(): Promise<void> {
  await using fs = createFs({ backend });
  const actors = Array.from({ length: actorsAtATime }, (_, index) => new Actor(fs, join(folder, `actor-${index}`), seed * 1000 + index, count));
  await Promise.all(actors.map((actor) => actor.begin()));
  const samples: Sample[] = [];
  for (let leg = 1; leg <= legs; leg++) {
    const until = Math.ceil((operations * leg) / legs);
    await Promise.all(
      actors.map(async (actor) => {
        while (made < until) await actor.step(fault === "nothing but hits");
        await actor.rest();
      }),
    );
    if (fault === "wrong byte") for (const name of readdirSync(join(folder, "actor-0"))) appendFileSync(join(folder, "actor-0", name), "!");
    if (fs.stats().inFlight !== 0) throw new Error(`${fs.stats().inFlight} operations are in flight, of which nobody waits for any`);
    keepSomething();
    samples.push(await measure());
    const report: SoakReport = { calls, samples, served: servedBy(fs) };
    writeSync(1, `${JSON.stringify(report)}\n`);
  }
}

soak().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
