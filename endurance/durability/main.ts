/** npm run durability [-- --kills N] [--backend NAME] [--seed S]: what was acknowledged before a kill, or a power cut, is there after it. */

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BackendName } from "caio";
import { Chance } from "../../compat/property/chance";
import { backendNames, isBackend, seedOf, wholeNumber } from "../options";
import { Package, project } from "../package";
import { check, plant } from "./check";
import { liveAndDie } from "./kill";
import { writers, type Fault } from "./message";
import { VolatileDisk } from "./volatile-disk";

const { values: options } = parseArgs({
  options: { kills: { type: "string", default: "24" }, backend: { type: "string" }, seed: { type: "string" } },
});

const scratch = join(project, "scratch", "durability", String(process.pid));
const latestKill = 400;
/** A third of the kills are power cuts. */
const cutEvery = 3;

interface Tally {
  kills: number;
  cuts: number;
  acknowledgements: number;
  missing: number;
  torn: number;
  troubles: number;
}

class Series {
  readonly tally: Tally = { kills: 0, cuts: 0, acknowledgements: 0, missing: 0, torn: 0, troubles: 0 };
  /** By folder: where its versions go on. */
  readonly #versions = new Map<string, number>();

  constructor(readonly chance: Chance) {}

  async kill(backend: BackendName, folder: string, disk: VolatileDisk | undefined, fault?: Fault): Promise<void> {
    // A faulty life has to be long enough for its fault to matter.
    const delay = fault === undefined ? this.chance.below(latestKill) : latestKill;
    const firstVersion = this.#versions.get(folder) ?? 1;
    const tryNow = this.chance.below(2) === 0;
    const life = await liveAndDie({ backend, folder, tryNow, firstVersion, fault }, delay);
    await disk?.cut();
    const found = check(folder, life.acknowledged);
    this.tally.kills += 1;
    if (disk !== undefined) this.tally.cuts += 1;
    this.tally.acknowledgements += life.acknowledgements;
    this.tally.missing += found.missing;
    this.tally.torn += found.torn;
    const where = `${backend}, try-now ${tryNow ? "on" : "off"}${disk === undefined ? "" : ", power cut"}`;
    if (life.trouble !== undefined) {
      this.tally.troubles += 1;
      console.log(`failed: ${where}: ${life.trouble}`);
    }
    if (fault === undefined) for (const detail of found.details) console.log(`failed: ${where}: ${detail}`);
    // The next life is on even ground: above everything that this one may have begun.
    this.#versions.set(folder, (Math.max(...life.acknowledged, firstVersion) + 4) & ~1);
  }
}

/** Each has to be found: an acknowledgement before the write at a kill, and one before the flush at a power cut. */
async function missedFaults(backend: BackendName, folder: string, disk: VolatileDisk | undefined): Promise<number> {
  const faults: [Fault, string, VolatileDisk | undefined][] = [["hasty", folder, undefined]];
  if (disk !== undefined) faults.push(["careless", disk.folder, disk]);
  let missed = 0;
  for (const [fault, where, on] of faults) {
    const series = new Series(new Chance(1));
    await series.kill(backend, where, on, fault);
    const { missing, torn } = series.tally;
    console.log(`deliberate fault: ${fault} writers${on === undefined ? "" : " at a power cut"}: ${missing} missing, ${torn} torn${missing + torn === 0 ? ", NOT FOUND" : ""}`);
    if (missing + torn === 0) missed += 1;
  }
  return missed;
}

async function main(): Promise<void> {
  const seed = seedOf(options.seed);
  const kills = wholeNumber("kills", options.kills);
  if (options.backend !== undefined && !isBackend(options.backend)) throw new Error(`--backend is one of ${backendNames.join(", ")}`);
  const chosen = new Package(project).backends().filter(({ name }) => options.backend === undefined || name === options.backend);
  for (const { name, available, reason } of chosen) if (!available) console.log(`skipped: ${name}: ${reason}`);
  const served = chosen.filter(({ available }) => available).map(({ name }) => name);
  const [first] = served;
  if (first === undefined) return;
  const faulty = join(scratch, "faulty");
  const plain = join(scratch, "plain");
  for (const folder of [faulty, plain]) mkdirSync(folder, { recursive: true });
  const made = VolatileDisk.make(scratch);
  const disk = typeof made === "string" ? undefined : made;
  const began = Date.now();
  console.log(`durability: seed ${seed}, ${kills} kills among ${writers} writers, on ${served.join(", ")}`);
  if (typeof made === "string") console.log(`skipped: power cuts: no loop device with a file system can be mounted here: ${made}`);
  try {
    let missed = 0;
    plant(faulty);
    missed += await missedFaults(first, faulty, disk);
    plant(plain);
    if (disk !== undefined) {
      plant(disk.folder);
      disk.sync();
    }
    const series = new Series(new Chance(seed));
    for (let kill = 0; kill < kills; kill++) {
      const cuts = disk !== undefined && kill % cutEvery === 0;
      const backend = served[Math.floor(kill / cutEvery) % served.length] ?? first;
      await series.kill(backend, cuts ? disk.folder : plain, cuts ? disk : undefined);
    }
    const { cuts, acknowledgements, missing, torn, troubles } = series.tally;
    console.log(
      `durability: ${kills} kills, ${cuts} of them with a power cut, in ${Math.round((Date.now() - began) / 1000)} s, ` +
        `${acknowledgements} acknowledgements, ${missing} missing, ${torn} torn, ${troubles} troubles, seed ${seed}`,
    );
    if (missing > 0 || torn > 0 || troubles > 0 || missed > 0) process.exitCode = 1;
  } finally {
    disk?.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
