/** Whole trees: recursive readdir, cp -r, rm -r, mkdir -p. */

import { execFile } from "node:child_process";
import { existsSync, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { flushFileSystem, freshName } from "../disk";
import { checkTree, makeTree, treeEntries } from "../tree";
import { atDepth, type Observe, type Prepared, type Selection, type TimedWorkload } from "../workload";

const run = promisify(execFile);

const treeIn = (folder: string, files: number): string => join(folder, `tree-${files}`);

function makeSource(folder: string, files: number): void {
  if (existsSync(treeIn(folder, files))) return;
  makeTree(treeIn(folder, files), files);
  flushFileSystem(folder);
}

const counted = (files: number): string => files.toLocaleString("en");

/** The lap is one operation to those who wait for it. */
async function observed(work: () => Promise<void>, observe: Observe | undefined): Promise<void> {
  const began = performance.now();
  await work();
  observe?.((performance.now() - began) * 1000);
}

function walk(files: number, selections: readonly Selection[]): TimedWorkload {
  return {
    kind: "timed",
    name: `readdir-recursive-${files}`,
    title: `recursive readdir of ${counted(files)} files, per file`,
    selections,
    files: (folder) => makeSource(folder, files),
    prepare: async ({ fs }, folder) => {
      const path = treeIn(folder, files);
      const wanted = treeEntries(files);
      let found: string[] = [];
      return {
        operations: files,
        arm: () => void (found = []),
        lap: (observe) => observed(async () => void (found = await fs.readdir(path, { recursive: true })), observe),
        check: () => {
          if (found.length !== wanted.length || found.sort().some((name, index) => name !== wanted[index]))
            throw new Error(`wrong entries of ${path}`);
        },
      };
    },
  };
}

/** Whole trees are long enough to warm up on. */
const large = (files: number): Pick<TimedWorkload, "rounds" | "unwarmed"> =>
  files < 5000 ? {} : { unwarmed: true, ...(files < 10_000 ? {} : { rounds: files < 100_000 ? 3 : 1 }) };

type Copy = (from: string, to: string) => Promise<void>;

function copies(folder: string, files: number, copy: Copy, elsewhere: boolean): Prepared {
  let target = "";
  return {
    operations: files,
    elsewhere,
    arm: () => void (target = join(folder, freshName("copy"))),
    lap: (observe) => observed(() => copy(treeIn(folder, files), target), observe),
    check: () => checkTree(target, files),
    settle: () => flushFileSystem(folder),
  };
}

function copyTree(files: number, selections: readonly Selection[]): TimedWorkload {
  return {
    kind: "timed",
    name: `cp-r-${files}`,
    title: `cp -r of ${counted(files)} files, per file`,
    selections,
    laps: 1,
    observeTimed: true,
    ...large(files),
    files: (folder) => makeSource(folder, files),
    prepare: async ({ fs }, folder) => copies(folder, files, (from, to) => fs.cp(from, to, { recursive: true }), false),
    twins: {
      coreutils: (folder) => copies(folder, files, async (from, to) => void (await run("cp", ["-r", from, to])), true),
    },
  };
}

type Remove = (path: string) => Promise<void>;

const stockIn = (folder: string, files: number): string => join(folder, `doomed-${files}`);

/** All trees before the first of them is removed: see freshName. */
function makeStock(folder: string, files: number, trees: number): void {
  for (let tree = 0; tree < trees; ++tree) makeTree(join(stockIn(folder, files), `tree-${tree}`), files);
  flushFileSystem(folder);
}

/** One of the stock, which no other process takes. */
function takeTree(folder: string, files: number): string {
  const taken = join(folder, freshName("taken"));
  const [name] = readdirSync(stockIn(folder, files));
  if (name === undefined) throw new Error("no tree is left");
  renameSync(join(stockIn(folder, files), name), taken);
  return taken;
}

function removals(folder: string, files: number, remove: Remove, elsewhere: boolean): Prepared {
  let target = "";
  return {
    operations: files,
    elsewhere,
    arm: () => void (target = takeTree(folder, files)),
    lap: (observe) => observed(() => remove(target), observe),
    check: () => {
      if (existsSync(target)) throw new Error(`${target} is still there`);
    },
    settle: () => flushFileSystem(folder),
  };
}

function removeTree(files: number, selections: readonly Selection[]): TimedWorkload {
  return {
    kind: "timed",
    name: `rm-r-${files}`,
    title: `rm -r of ${counted(files)} files, per file`,
    selections,
    laps: 1,
    observeTimed: true,
    ...large(files),
    files: (folder, turns) => makeStock(folder, files, turns),
    prepare: async ({ fs }, folder) => removals(folder, files, (path) => fs.rm(path, { recursive: true }), false),
    twins: {
      coreutils: (folder) => removals(folder, files, async (path) => void (await run("rm", ["-r", path])), true),
    },
  };
}

const chains = 128;

const makeFolders: TimedWorkload = {
  kind: "timed",
  name: "mkdir-p-32",
  title: "mkdir -p, three folders deep, depth 32",
  selections: ["core", "short"],
  // What is made stays: see freshName.
  laps: 1,
  observeTimed: true,
  files: () => undefined,
  prepare: async ({ fs }, folder) => {
    let paths: string[] = [];
    return {
      operations: chains,
      arm: () => {
        const fresh = join(folder, freshName("made"));
        paths = Array.from({ length: chains }, (_, index) => join(fresh, `a-${index}`, "b", "c"));
      },
      lap: (observe) => atDepth(32, chains, (index) => fs.mkdir(paths[index] as string, { recursive: true }), [], observe),
      check: () => {
        for (const path of paths) if (!statSync(path).isDirectory()) throw new Error(`no folder: ${path}`);
      },
      settle: () => flushFileSystem(folder),
    };
  },
};

const selectionsOf = (files: number): Selection[] => [
  ...(files === 100 ? (["short"] as const) : []),
  ...(files === 1000 ? (["core"] as const) : []),
  ...([100, 1000, 10_000, 100_000].includes(files) ? (["tree"] as const) : []),
];

const sizes = [100, 1000, 5000, 10_000, 100_000];

export const treeWorkloads: readonly TimedWorkload[] = [
  makeFolders,
  ...sizes.map((files) => walk(files, selectionsOf(files))),
  ...sizes.map((files) => copyTree(files, selectionsOf(files))),
];

/** After these, creating files is slow for a while: they come last. */
export const removalWorkloads: readonly TimedWorkload[] = sizes.map((files) => removeTree(files, selectionsOf(files)));
