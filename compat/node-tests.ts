/**
 * Node's own tests of fs.promises, each on Node and with `--require caio/register`: what passes on Node must pass on every
 * backend. They come from the sources of the Node version that runs, or one near it, which whoever calls has at hand.
 */

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { backends, oracle, subjectsOf, type Backend, type Subject } from "./configuration";
import { diagnosis, project } from "./subject";

const preloaded = (backend: Backend): string => (backend === "js" ? path.join(__dirname, "js-in-place.js") : path.join(project, "dist", "register.js"));
const suites = ["parallel", "sequential", "es-module"];
/** Milliseconds. */
const patience = 60_000;

/** Tests of what Node keeps to itself: how they reach into it, and why caio has no such place. */
const beyondReach: Readonly<Record<string, string>> = {
  "test-fs-promises-file-handle-aggregate-errors.js":
    "has the `fd` of Node's internal FileHandle throw; caio opens the files of truncate, readFile and writeFile without a handle",
  "test-fs-promises-file-handle-close-errors.js": "the same",
  "test-fs-promises-file-handle-op-errors.js": "the same",
  "test-fs-promises-readfile.js": "replaces fstat in Node's internal binding, and expects one call; all before that passes",
  "test-worker-message-port-transfer-fake-js-transferable-internal.js":
    "looks for Node's internal methods on a handle's prototype; here they are one prototype further up",
  "test-worker-message-port-transfer-fake-js-transferable.js": "the same",
  "test-worker-message-port-transfer-filehandle.js":
    "expects that a handle which was transferred has the sender's prototype; what Node makes on the other side is of its own class",
};

/** One that is not available would be served by the next. */
const subjects: readonly Subject[] = backends.filter((backend) => diagnosis(backend) === undefined).flatMap(subjectsOf);

interface Test {
  readonly suite: string;
  readonly file: string;
  /** What its first lines ask Node for. */
  readonly flags: readonly string[];
}

const isAboutPromises = (text: string): boolean => /fs\/promises|\bfs(['"]\))?\.promises|fsPromises|promises(:\s*\w+)?\s*\}\s*=\s*require\(['"](node:)?fs|FileHandle/.test(text);

function testsIn(tree: string): Test[] {
  return suites.flatMap((suite) =>
    readdirSync(path.join(tree, "test", suite)).sort().flatMap((file): Test[] => {
      if (!/^test-.*\.m?js$/.test(file)) return [];
      const text = readFileSync(path.join(tree, "test", suite, file), "utf8");
      const flags = [...text.matchAll(/^\/\/ Flags: (.*)$/gm)].flatMap(([, line = ""]) => line.trim().split(/\s+/));
      return isAboutPromises(text) ? [{ suite, file, flags }] : [];
    }),
  );
}

interface Ended {
  readonly passed: boolean;
  readonly output: string;
}

/** In a process group of its own: whatever it has started ends with it. */
function run(tree: string, { suite, file, flags }: Test, { name, backend, tryNow }: Subject): Promise<Ended> {
  const { CAIO_IMPL: _implementation, CAIO_TRY_NOW: _tryNow, ...environment } = process.env;
  const loaded = backend === undefined ? [] : ["--require", preloaded(backend)];
  const choice = { ...(backend === undefined ? {} : { CAIO_IMPL: backend }), ...(tryNow ? {} : { CAIO_TRY_NOW: "0" }) };
  const child = spawn(process.execPath, [...loaded, ...flags, path.join("test", suite, file)], {
    cwd: tree,
    // Node's tests make a folder for their files by the last one.
    env: { ...environment, ...choice, TEST_THREAD_ID: `${file}, ${name}` },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const watchdog = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, patience);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(watchdog);
      resolve({ passed: code === 0, output });
    });
  });
}

interface Outcome {
  readonly test: Test;
  readonly passesOnNode: boolean;
  readonly failedOn: readonly Subject[];
}

async function outcomeOf(tree: string, test: Test): Promise<Outcome> {
  const { passed } = await run(tree, test, oracle);
  if (!passed) return { test, passesOnNode: false, failedOn: [] };
  const failedOn: Subject[] = [];
  for (const subject of subjects) {
    const ended = await run(tree, test, subject);
    if (ended.passed) continue;
    failedOn.push(subject);
    if (!(test.file in beyondReach)) console.log(`${test.file} fails on ${subject.name}:\n${ended.output}`);
  }
  return { test, passesOnNode: true, failedOn };
}

const names = (failedOn: readonly Subject[]): string => (failedOn.length === subjects.length ? "all" : failedOn.map(({ name }) => name).join("; "));

const nameOf = ({ test }: Outcome): string => `${test.suite}/${test.file}`;

function report(outcomes: readonly Outcome[]): string {
  const served = outcomes.filter(({ passesOnNode }) => passesOnNode);
  const others = outcomes.filter(({ passesOnNode }) => !passesOnNode).map(nameOf);
  const rows = subjects.map((subject) => {
    const failed = served.filter(({ failedOn }) => failedOn.includes(subject)).length;
    return `| ${subject.name} | ${served.length - failed} | ${failed} |\n`;
  });
  const failing = served.filter(({ failedOn }) => failedOn.length > 0);
  return `# Node's own tests on caio/register

Written by \`npm run compat:node-tests -- FOLDER\` on Node ${process.versions.node}, where FOLDER has the sources of that version or of one near it:
every test in ${suites.map((suite) => `test/${suite}`).join(", ")} whose text names fs.promises or FileHandle, ${outcomes.length} of them. ${others.length} fail on this Node by
itself${others.length === 0 ? "" : ` (${others.join(", ")})`}; the others ran with \`--require caio/register\`.

| backend | passed | failed |
|---|---|---|
${rows.join("")}
What fails, and why:

${failing.map((outcome) => `- \`${nameOf(outcome)}\` (${names(outcome.failedOn)}) — ${beyondReach[outcome.test.file] ?? "UNEXPECTED"}\n`).join("")}`;
}

async function main(tree: string | undefined): Promise<void> {
  if (tree === undefined || !existsSync(path.join(tree, "test", "common"))) throw new Error("usage: npm run compat:node-tests -- FOLDER, which has Node's sources");
  for (const backend of backends) {
    const reason = diagnosis(backend);
    if (reason !== undefined) console.log(`${backend}: skipped: ${reason}`);
  }
  const outcomes: Outcome[] = [];
  const waiting = testsIn(tree);
  const total = waiting.length;
  const takeOne = async (): Promise<void> => {
    for (let test = waiting.shift(); test !== undefined; test = waiting.shift()) {
      outcomes.push(await outcomeOf(tree, test));
      if (outcomes.length % 20 === 0) console.log(`${outcomes.length} of ${total}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, takeOne));
  outcomes.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  writeFileSync(path.join(project, "compat", "NODE-TESTS.md"), report(outcomes));
  const wrong = outcomes.filter(({ test, failedOn }) => failedOn.length > 0 && !(test.file in beyondReach));
  // Also the proof that caio's functions are in the place of Node's, on each.
  const stale = outcomes.filter(({ test, failedOn, passesOnNode }) => passesOnNode && failedOn.length < subjects.length && test.file in beyondReach);
  for (const outcome of wrong) console.log(`${nameOf(outcome)} fails on ${names(outcome.failedOn)}`);
  for (const outcome of stale) console.log(`${nameOf(outcome)} is listed as beyond reach, and passes somewhere`);
  console.log(`node tests: ${outcomes.length} ran, ${wrong.length} failed that should not`);
  if (wrong.length + stale.length > 0 || total === 0) process.exitCode = 1;
}

void main(process.argv[2]);
