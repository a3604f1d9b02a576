/**
 * A tree is swapped while rm and cp work on it: nothing outside of it may be deleted, written or read. Whether they end
 * well or with an error is not the question.
 */

import fs from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { expect } from "chai";
import { eachFileSystem } from "./fs-matrix";

const names = Array.from({ length: 12 }, (_, index) => `file-${index}`);
/** Many, so that there is time between the listing that names one and its turn. */
const folders = Array.from({ length: 16 }, (_, index) => `sub-${index}`);

/** Puts a link to `outside` in the place of one directory after the other, and takes it away again. */
const swapDirectories = `
  let next = 0;
  turn = ({ there, parked, outside, folders }) => {
    const folder = there + "/" + folders[next++ % folders.length];
    fs.renameSync(folder, parked);
    fs.symlinkSync(outside, folder);
    fs.unlinkSync(folder);
    fs.renameSync(parked, folder);
  };
`;
/** Puts links to the files outside where files are about to be made. */
const plantLinks = `
  let next = 0;
  turn = ({ there, outside, names }) => {
    const name = names[next++ % names.length];
    fs.symlinkSync(outside + "/" + name, there + "/" + name);
  };
`;

/** Races a thread that does this again and again against the action; tells how often it succeeded. */
async function racing(turn: string, places: object, action: () => Promise<unknown>): Promise<number> {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const body = `
    const fs = require("node:fs");
    const { places, shared } = require("node:worker_threads").workerData;
    let turn;
    ${turn}
    require("node:worker_threads").parentPort.postMessage("ready");
    while (Atomics.load(shared, 0) === 0) {
      try { turn(places); Atomics.add(shared, 1, 1); } catch {}
    }
  `;
  const worker = new Worker(body, { eval: true, workerData: { places, shared } });
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  await new Promise((resolve) => worker.once("message", resolve));
  await action().catch(() => undefined);
  Atomics.store(shared, 0, 1);
  await ended;
  return Atomics.load(shared, 1);
}

function fill(folder: string, content: string): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of names) fs.writeFileSync(path.join(folder, name), content);
}

function fillTree(tree: string): void {
  for (const folder of folders) fill(path.join(tree, folder), "x");
}

const contents = (folder: string): string[] => fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), "utf8"));

interface Round {
  /** How often the racer came between. */
  readonly turns: number;
  /** What happened outside that must not. */
  readonly harm: string[];
}

const rounds = 6;

interface Rm { rm(path: string, options: { recursive: true; force: true }): Promise<void> }
interface Cp { cp(source: string, target: string, options: { recursive: true }): Promise<void> }

async function swappedUnderRm(base: string, { rm }: Rm): Promise<Round> {
  const [tree, outside, parked] = [path.join(base, "tree"), path.join(base, "outside"), path.join(base, "parked")];
  fill(outside, "precious");
  fillTree(tree);
  const turns = await racing(swapDirectories, { there: tree, parked, outside, folders }, () => rm(tree, { recursive: true, force: true }));
  const left = contents(outside);
  return { turns, harm: left.length === names.length && left.every((text) => text === "precious") ? [] : [`${names.length - left.length} files deleted outside`] };
}

async function swappedUnderCp(base: string, { cp }: Cp): Promise<Round> {
  const [source, target, outside, parked] = ["source", "target", "outside", "parked"].map((name) => path.join(base, name)) as [string, string, string, string];
  fs.mkdirSync(outside, { mode: 0o700 });
  fillTree(source);
  for (const name of folders) fs.chmodSync(path.join(source, name), 0o751);
  const turns = await racing(swapDirectories, { there: target, parked, outside, folders }, () => cp(source, target, { recursive: true }));
  const harm = fs.readdirSync(outside).map((name) => `wrote ${name}`);
  if ((fs.statSync(outside).mode & 0o777) !== 0o700) harm.push("changed the mode");
  return { turns, harm };
}

async function swappedSource(base: string, { cp }: Cp): Promise<Round> {
  const [source, target, outside, parked] = ["source", "target", "outside", "parked"].map((name) => path.join(base, name)) as [string, string, string, string];
  fill(outside, "secret");
  fillTree(source);
  const turns = await racing(swapDirectories, { there: source, parked, outside, folders }, () => cp(source, target, { recursive: true }));
  const made = fs.existsSync(target) ? fs.readdirSync(target, { withFileTypes: true }) : [];
  const copied = made.flatMap((entry) => (entry.isDirectory() ? contents(path.join(target, entry.name)) : []));
  return { turns, harm: copied.filter((text) => text === "secret") };
}

async function plantedLinks(base: string, { cp }: Cp): Promise<Round> {
  const [source, target, outside] = ["source", "target", "outside"].map((name) => path.join(base, name)) as [string, string, string];
  fill(outside, "precious");
  fill(source, "x");
  fill(target, "y");
  const turns = await racing(plantLinks, { there: target, outside, names }, () => cp(source, target, { recursive: true }));
  return { turns, harm: contents(outside).filter((text) => text !== "precious") };
}

/** Plays rounds until harm is done, or all of them: more where the racer had no turn in those. */
async function play(folder: string, count: number, round: (base: string) => Promise<Round>): Promise<Round> {
  let turns = 0;
  for (let index = 0; index < count || (turns === 0 && index < 100 * count); index++) {
    const base = fs.mkdtempSync(path.join(folder, "race-"));
    const played = await round(base);
    turns += played.turns;
    if (played.harm.length > 0) return { turns, harm: played.harm };
    fs.rmSync(base, { recursive: true, force: true });
  }
  return { turns, harm: [] };
}

/** What rm was everywhere once: paths, looked up again and again. */
async function naiveRm(tree: string): Promise<void> {
  for (const name of await fs.promises.readdir(tree)) {
    const below = path.join(tree, name);
    try {
      if ((await fs.promises.lstat(below)).isDirectory()) await naiveRm(below);
      else await fs.promises.unlink(below);
    } catch {
      // Somebody else was faster.
    }
  }
  await fs.promises.rmdir(tree);
}

async function naiveCp(source: string, target: string): Promise<void> {
  await fs.promises.mkdir(target, { recursive: true });
  for (const name of await fs.promises.readdir(source)) {
    const [from, to] = [path.join(source, name), path.join(target, name)];
    try {
      if ((await fs.promises.lstat(from)).isDirectory()) await naiveCp(from, to);
      else {
        await fs.promises.rm(to, { force: true });
        await fs.promises.copyFile(from, to);
      }
    } catch {
      // Somebody else was faster.
    }
  }
}

const races: readonly [title: string, play: (base: string, fs: Rm & Cp) => Promise<Round>][] = [
  ["rm deletes nothing outside of a tree that is swapped for links under it", swappedUnderRm],
  ["cp writes nothing outside of a target that is swapped for links under it", swappedUnderCp],
  ["cp reads nothing outside of a source that is swapped for links under it", swappedSource],
  ["cp writes through no link that is planted where it makes a file", plantedLinks],
];

describe("Races with links, to prove the tests below", function () {
  this.timeout(120_000);
  let folder = "";
  before(() => {
    folder = fs.mkdtempSync("/tmp/caio-races-");
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  for (const [title, round] of races) {
    it(`find the harm that a naive implementation does: ${title}`, async () => {
      const { harm } = await play(folder, 500, (base) => round(base, { rm: naiveRm, cp: naiveCp }));
      expect(harm).to.not.have.length(0);
    });
  }
});

eachFileSystem("A tree that is swapped under", ({ cell, fs: caio, place }) => {
  for (const [title, round] of races) {
    it(title, async function () {
      // It serves by Node's own functions, which look paths up again and again.
      if (cell.backend === "js") this.skip();
      this.timeout(120_000);
      const { turns, harm } = await play(place(""), rounds, (base) => round(base, caio));
      expect(harm).to.deep.equal([]);
      expect(turns).to.be.greaterThan(0);
    });
  }
});
