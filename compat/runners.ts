/** npm run compat:runners: a project's tests under real test runners, which evaluate modules anew and have realms of their own. */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { installPackages } from "./install-packages";

const project = path.join(__dirname, "..", "..");
const source = path.join(project, "compat", "runners");
const home = path.join(project, "scratch", "runners");

/** These versions, so that two runs test the same. */
const installed = ["jest@30.5.2", "vitest@3.2.7", "memfs@4.80.1"];

/** Files of the same tests, so that several run at once or one after the other in one process. */
const copies = 3;

interface Run {
  readonly name: string;
  readonly args: readonly string[];
  readonly backend?: string;
}

const jest = ["node_modules/jest/bin/jest.js", "--config", "jest.config.json"];
const vitest = ["node_modules/vitest/vitest.mjs", "run"];

const runs: readonly Run[] = [
  { name: "jest, in one process", args: [...jest, "--runInBand"] },
  { name: "jest, in one process, thread", args: [...jest, "--runInBand"], backend: "thread" },
  { name: "jest, in one process, js", args: [...jest, "--runInBand"], backend: "js" },
  { name: "jest, in processes", args: [...jest, "--maxWorkers=2"] },
  { name: "jest, in threads", args: [...jest, "--maxWorkers=2", "--workerThreads"] },
  ...["forks", "threads", "vmThreads", "vmForks"].map((pool) => ({ name: `vitest, ${pool}`, args: [...vitest, `--pool=${pool}`] })),
  { name: "vitest, threads, js", args: [...vitest, "--pool=threads"], backend: "js" },
];

function install(): void {
  installPackages(home, installed);
  const caio = path.join(home, "node_modules", "caio");
  rmSync(caio, { recursive: true, force: true });
  for (const part of ["package.json", "dist", "build/Release/caio.node"]) {
    if (existsSync(path.join(project, part))) cpSync(path.join(project, part), path.join(caio, part), { recursive: true });
  }
}

function writeProject(): void {
  for (const file of ["suite.cjs", "program.cjs"]) cpSync(path.join(source, file), path.join(home, file));
  for (let copy = 1; copy <= copies; copy += 1) {
    cpSync(path.join(source, "jest.test.cjs"), path.join(home, `jest-${copy}.test.cjs`));
    cpSync(path.join(source, "vitest.test.mjs"), path.join(home, `vitest-${copy}.test.mjs`));
  }
  writeFileSync(path.join(home, "jest.config.json"), JSON.stringify({ testMatch: ["<rootDir>/jest-*.test.cjs"], transform: {}, testTimeout: 60_000 }));
  writeFileSync(path.join(home, "vitest.config.mjs"), `export default { test: { include: ["vitest-*.test.mjs"], testTimeout: 60_000 } };\n`);
}

/** The runner's output, if something failed in it or it did not end. */
function perform({ args, backend }: Run): string | undefined {
  const { CAIO_IMPL: _implementation, CAIO_TRY_NOW: _tryNow, ...environment } = process.env;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...args], {
    cwd: home,
    env: { ...environment, ...(backend === undefined ? {} : { CAIO_IMPL: backend }), CI: "true", NO_COLOR: "1" },
    encoding: "utf8",
    timeout: 180_000,
    maxBuffer: 1 << 28,
  });
  return status === 0 ? undefined : `${stdout}${stderr}${signal === null ? "" : `ended by ${signal}\n`}`;
}

function main(): void {
  const only = process.argv[2] ?? "";
  install();
  writeProject();
  let failed = 0;
  for (const run of runs.filter(({ name }) => name.includes(only))) {
    const complaint = perform(run);
    if (complaint !== undefined) failed += 1;
    console.log(`${run.name.padEnd(30)} ${complaint === undefined ? "passed" : `FAILED\n${complaint}`}`);
  }
  if (failed > 0) process.exitCode = 1;
}

main();
