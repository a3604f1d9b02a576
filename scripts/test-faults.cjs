// Builds the engine with its calls into the system made to fail (CAIO_FAULTS), under sanitizers, and goes through every
// call site and every fault: the short form with those that stand for their kind, the long form with all of them, and a
// second time under the sanitizer for threads. With --native the tests of test/native run on the same engine first, which
// is then built once for both. Usage: node scripts/test-faults.cjs [--long] [--native] [--only TEXT]
"use strict";

const { spawn, spawnSync } = require("node:child_process");
const path = require("node:path");

const root = path.dirname(__dirname);
const backends = ["uring", "linux", "thread"];

const withNative = process.argv.includes("--native");
const passedOn = process.argv.slice(2).filter((argument) => argument !== "--native");

function build(sanitizers) {
  const folder = path.join(root, `build-faults-${sanitizers.replace(",", "-")}`);
  const commands = [
    ["-S", root, "-B", folder, "-DCAIO_FAULTS=ON", `-DCAIO_TESTS=${withNative ? "ON" : "OFF"}`, "-DCMAKE_BUILD_TYPE=Debug", `-DCAIO_SANITIZE=${sanitizers}`],
    ["--build", folder, "--parallel", "2"],
  ];
  for (const command of commands) {
    const { status, error, stdout, stderr } = spawnSync("cmake", command, { cwd: root, encoding: "utf8" });
    if (error) throw error;
    if (status === 0) continue;
    process.stderr.write(stdout + stderr);
    process.exit(status ?? 1);
  }
  return folder;
}

/** What is freed stays out of use for as long as a case lasts; longer, each case would take new pages from the system. */
const env = { ...process.env, ASAN_OPTIONS: `quarantine_size_mb=16:${process.env.ASAN_OPTIONS ?? ""}` };

/**
 * Mostly it waits, for the disk and for what the kernel takes its time to end: the backends do so side by side, each in
 * two processes.
 */
const shares = 2;

function run(folder, backend, share) {
  const assignment = ["--backend", backend, "--share", share, shares].map(String);
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(folder, "caio_fault_tests"), [...assignment, ...passedOn], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (status) => resolve({ backend, status, lines: output.split("\n").filter((line) => line !== "") }));
  });
}

async function main() {
  for (const sanitizers of process.argv.includes("--long") ? ["address,undefined", "thread"] : ["address,undefined"]) {
    const folder = build(sanitizers);
    if (withNative) {
      const { status } = spawnSync("ctest", ["--test-dir", folder, "--output-on-failure"], { cwd: root, stdio: "inherit" });
      if (status !== 0) process.exitCode = 1;
    }
    const planted = spawnSync(path.join(folder, "caio_fault_tests"), ["--planted"], { cwd: folder, encoding: "utf8", env });
    process.stdout.write(planted.stdout.replace(/^/gm, (_, at, text) => (at < text.length ? `${sanitizers}: ` : "")));
    if (planted.status !== 0) process.exitCode = 1;
    const all = backends.flatMap((backend) => Array.from({ length: shares }, (_, share) => run(folder, backend, share)));
    const ended = await Promise.all(all);
    const isUnmet = (line) => line.startsWith("never met");
    for (const { backend, status, lines } of ended) {
      for (const line of lines.filter((text) => !isUnmet(text))) console.log(`${backend}, ${sanitizers}: ${line}`);
      if (status !== 0) process.exitCode = 1;
    }
    if (process.argv.includes("--only")) continue;
    if (ended.some(({ lines }) => !lines.some((line) => line.startsWith("faults: ")))) {
      console.error(`${sanitizers}: a backend's run has not come to its end`);
      process.exitCode = 1;
      continue;
    }
    // A site counts as met when any backend's scenarios met it.
    const unmet = ended[0].lines.filter((line) => isUnmet(line) && ended.every(({ lines }) => lines.includes(line)));
    for (const line of unmet) console.error(line);
    if (unmet.length > 0) process.exitCode = 1;
    console.log(`${sanitizers}: ${unmet.length} call sites that no scenario met`);
  }
}

void main();
