/**
 * Real packages whose code calls fs.promises, each at work on Node and with `--import caio/register`: the
 * results, and the trees that they leave, must be the same, and the engine must have served the calls. Then each is timed.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { installPackages } from "./install-packages";

const project = path.join(__dirname, "..", "..");
const programs = path.join(project, "compat", "packages");
const scratch = path.join(project, "scratch", "packages");
const leastServed = 1000;
/** Timed runs of each side. */
const rounds = 5;

interface Package {
  /** Of its program in compat/packages/ too. */
  readonly name: string;
  /** What is installed: these versions, so that two runs compare the same. */
  readonly installed: readonly string[];
}

const packages: readonly Package[] = [
  { name: "readdirp", installed: ["readdirp@4.1.2"] },
  { name: "cacache", installed: ["cacache@19.0.1"] },
  { name: "steno", installed: ["steno@4.0.2"] },
  { name: "find-up", installed: ["find-up@7.0.0"] },
  { name: "load-json-file", installed: ["load-json-file@7.0.1", "write-json-file@6.0.0"] },
  { name: "rimraf", installed: ["rimraf@6.1.4"] },
  { name: "cpy", installed: ["cpy@13.2.3"] },
  { name: "rollup", installed: ["rollup@4.68.8"] },
];

interface Entry {
  readonly mode: string;
  readonly content: string;
}

interface Run {
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly complaint: string;
  readonly tree: ReadonlyMap<string, Entry>;
  readonly served: Readonly<Record<string, number>>;
  readonly took: Took;
}

/** Milliseconds. */
interface Took {
  /** Of the whole program, from its start to its end. */
  readonly whole: number;
  /** Without the start of Node, the loading of modules and the making of what is worked on. */
  readonly work: number;
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);

/** Every entry with its kind, mode and content; times differ between any two runs. */
function treeOf(folder: string): Map<string, Entry> {
  const names = (readdirSync(folder, { recursive: true }) as string[]).sort();
  return new Map(names.map((name): [string, Entry] => {
    const file = path.join(folder, name);
    const status = lstatSync(file);
    const mode = status.mode.toString(8);
    if (status.isSymbolicLink()) return [name, { mode, content: readlinkSync(file) }];
    return [name, { mode, content: status.isFile() ? createHash("sha256").update(readFileSync(file)).digest("hex") : "" }];
  }));
}

/** What differs between two runs on Node, a time that the program writes down for instance, may differ on caio too. */
function sameTrees(first: Run, second: Run, ours: Run): boolean {
  if ([...first.tree.keys()].join("\n") !== [...ours.tree.keys()].join("\n")) return false;
  return [...first.tree].every(([name, { mode, content }]) => {
    const own = ours.tree.get(name);
    return own?.mode === mode && (own.content === content || second.tree.get(name)?.content !== content);
  });
}

/** What the loaded observer leaves when the program ends. */
interface Observed {
  readonly work: number;
  readonly counters: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** @param counters an expression: those of the engine, where there is one */
const observing = (file: string, counters: string): string => `
  const { writeFileSync } = require("node:fs");
  let began = 0;
  globalThis.workBegins = () => void (began = performance.now());
  process.on("exit", () => writeFileSync(${JSON.stringify(file)}, JSON.stringify({ work: performance.now() - began, counters: ${counters} })));
`;

const enginesCounters = `require(${JSON.stringify(path.join(project, "dist", "backends", "select.js"))}).engineFor().counters()`;

function install({ name, installed }: Package): string {
  const home = path.join(scratch, name);
  installPackages(home, installed);
  cpSync(path.join(programs, `${name}.mjs`), path.join(home, "work.mjs"));
  return home;
}

/** The installed packages with a file that asks for Node's promises. */
function callersIn(home: string): string[] {
  const modules = path.join(home, "node_modules");
  const callers = new Set<string>();
  for (const name of readdirSync(modules, { recursive: true }) as string[]) {
    if (!/\.[cm]?js$/.test(name)) continue;
    if (/["'](node:)?fs\/promises["']|\bfs\d*\.promises\b|promises as fs/.test(readFileSync(path.join(modules, name), "utf8")))
      callers.add(/^((@[^/\\]+[/\\])?[^/\\]+)/.exec(name)?.[1] ?? name);
  }
  return [...callers].sort();
}

function run(home: string, onCaio: boolean): Run {
  const folder = path.join(home, "folder");
  const observed = path.join(home, "observed.json");
  const observer = path.join(home, "observer.cjs");
  rmSync(folder, { recursive: true, force: true });
  rmSync(observed, { force: true });
  mkdirSync(folder);
  writeFileSync(observer, observing(observed, onCaio ? enginesCounters : "{}"));
  const options = ["--require", observer, ...(onCaio ? ["--import", path.join(project, "dist", "register.js")] : [])];
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, path.join(home, "work.mjs"), folder], {
    cwd: home,
    encoding: "utf8",
    timeout: 120_000,
    maxBuffer: 1 << 28,
  });
  const whole = performance.now() - began;
  const { work, counters }: Observed = existsSync(observed) ? (JSON.parse(readFileSync(observed, "utf8")) as Observed) : { work: Number.NaN, counters: {} };
  const served: Record<string, number> = {};
  for (const [kind, routes] of Object.entries(counters)) {
    // A miss is served once more, by the route that it took then.
    const { tryNowMiss: _miss, ...serving } = routes;
    served[kind] = sum(serving);
  }
  return { succeeded: status === 0, stdout, complaint: stderr, tree: treeOf(folder), served, took: { whole, work } };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

interface Times {
  readonly node: Took;
  readonly caio: Took;
}

const medianOf = (runs: readonly Took[]): Took => ({ whole: median(runs.map(({ whole }) => whole)), work: median(runs.map(({ work }) => work)) });

/** Medians of runs in turns, of which each side begins every second one: what disturbs the machine disturbs both. */
function timed(home: string): Times {
  const times: Record<keyof Times, Took[]> = { node: [], caio: [] };
  for (let round = 0; round < rounds; round++) {
    const turn = round % 2 === 0 ? (["node", "caio"] as const) : (["caio", "node"] as const);
    for (const side of turn) times[side].push(run(home, side === "caio").took);
  }
  return { node: medianOf(times.node), caio: medianOf(times.caio) };
}

interface Row {
  readonly times: Times;
  readonly name: string;
  readonly versions: string;
  readonly callers: string;
  readonly served: number;
  readonly kinds: string;
  readonly entries: number;
  readonly outcome: string;
}

function outcomeOf(nodes: Run, again: Run, ours: Run): string {
  if (!nodes.succeeded) return `fails on Node: ${nodes.complaint}`;
  if (!ours.succeeded) return `fails on caio: ${ours.complaint}`;
  if (nodes.stdout !== ours.stdout) return "different results";
  if (!sameTrees(nodes, again, ours)) return "different trees";
  if (nodes.complaint !== ours.complaint) return "different on stderr";
  return sum(ours.served) < leastServed ? `only ${sum(ours.served)} calls served by the engine` : "equal";
}

function rowOf(one: Package): Row {
  const home = install(one);
  const [nodes, again, ours] = [run(home, false), run(home, false), run(home, true)];
  const times = timed(home);
  const kinds = Object.entries(ours.served).filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
  rmSync(path.join(home, "folder"), { recursive: true, force: true });
  return {
    times,
    name: one.name,
    versions: one.installed.join(", "),
    callers: callersIn(home).join(", "),
    served: sum(ours.served),
    kinds: kinds.map(([kind, count]) => `${kind} ${count}`).join(", "),
    entries: ours.tree.size,
    outcome: outcomeOf(nodes, again, ours),
  };
}

const timesOf = (part: keyof Took, { node, caio }: Times): string =>
  `${node[part].toFixed(0)} ms, ${caio[part].toFixed(0)} ms, ${(node[part] / caio[part]).toFixed(2)}x`;

const report = (rows: readonly Row[]): string => `# Real packages on caio/register

Written by \`npm run compat:packages\` on Node ${process.versions.node}. Each program in compat/packages/ ran twice on Node and once
with \`--import caio/register\`, in the same empty folder. Equal means: the same results (errors included), the same
output on stderr, the same tree with the same modes and contents (where both runs on Node left the same), and at least
${leastServed} calls served by the engine, from the engine's own counters. Their modules are loaded through the engine too.

Times are medians of ${rounds} runs each, in turns: on Node, on caio, and the ratio (above 1, caio is faster). Once of the work alone, the
packages' own part of it and their synchronous calls included; and once of the whole program, with the start of Node, the loading of modules,
caio's too, and the making of what is worked on. They depend on the machine, and are no promise.

| package | whose code calls fs.promises | entries left | served by the engine | by kind | the work | the whole program | outcome |
|---|---|---|---|---|---|---|---|
${rows.map(({ versions, callers, entries, served, kinds, times, outcome }) => `| ${versions} | ${callers} | ${entries} | ${served} | ${kinds} | ${timesOf("work", times)} | ${timesOf("whole", times)} | ${outcome.split("\n")[0] ?? ""} |\n`).join("")}`;

function main(): void {
  if (!existsSync(path.join(project, "dist", "register.js"))) throw new Error("npm run build first");
  const rows = packages.map((one) => {
    const row = rowOf(one);
    console.log(`${row.name.padEnd(16)} ${String(row.served).padStart(6)} served  ${row.outcome}  ${timesOf("work", row.times)}; whole: ${timesOf("whole", row.times)}`);
    return row;
  });
  writeFileSync(path.join(project, "compat", "PACKAGES.md"), report(rows));
  if (rows.some(({ outcome }) => outcome !== "equal")) process.exitCode = 1;
}

main();
