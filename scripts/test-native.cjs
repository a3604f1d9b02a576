// Builds the engine without Node-API as a plain executable, under sanitizers, and runs its tests.
// Usage: node scripts/test-native.cjs [SANITIZERS] [--portable] [--valgrind]   (default address,undefined; "none" for a
// plain build, the only one that valgrind can run)
"use strict";

const { spawnSync } = require("node:child_process");
const path = require("node:path");

const root = path.dirname(__dirname);
const sanitizers = process.argv[2] ?? "address,undefined";
const portable = process.argv.includes("--portable");
const valgrind = process.argv.includes("--valgrind");
const build = path.join(root, `build-native-${sanitizers.replace(",", "-")}${portable ? "-portable" : ""}`);

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", cwd: root });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

// What sanitizers look for, an optimiser may take away, and it takes three times as long for what they put in. The
// addon that the other tests run on is optimised.
run(
  "cmake", "-S", root, "-B", build, "-DCAIO_TESTS=ON", "-DCMAKE_BUILD_TYPE=Debug",
  `-DCAIO_SANITIZE=${sanitizers === "none" ? "" : sanitizers}`, `-DCAIO_PORTABLE=${portable ? "ON" : "OFF"}`,
  `-DCMAKE_UNITY_BUILD=${sanitizers === "none" ? "OFF" : "ON"}`,
);
run("cmake", "--build", build, "--parallel", "2");

if (!valgrind) {
  run("ctest", "--test-dir", build, "--output-on-failure");
} else {
  if (sanitizers !== "none") throw new Error("valgrind runs a build without sanitizers: npm run test:native -- none --valgrind");
  // valgrind takes what the kernel writes on a ring's behalf for never written: it sees no call that writes it.
  console.log("valgrind: skipped: uring, of whose transfers valgrind sees no system call");
  process.env.CAIO_WITHOUT = "uring";
  // What is done at once by openat2(2) or cachestat(2), which valgrind 3.19 refuses as unknown, is not done at once then.
  const skipped = ["an operation that comes alone*", "a part of a page that is not in memory*"];
  for (const name of skipped) console.log(`valgrind: skipped: "${name}": needs openat2 or cachestat, which valgrind does not know`);
  run(
    "valgrind", "--quiet", "--error-exitcode=1", "--leak-check=full", "--show-leak-kinds=definite,indirect",
    "--errors-for-leak-kinds=definite,indirect", "--fair-sched=yes",
    path.join(build, "caio_native_tests"), `--test-case-exclude=${skipped.join(",")}`,
  );
}
