// Builds the engine without Node-API as a plain executable, under sanitizers, and runs its tests.
// Usage: node scripts/test-native.cjs [SANITIZERS]   (default address,undefined; "none" for a plain build)
"use strict";

const { spawnSync } = require("node:child_process");
const path = require("node:path");

const root = path.dirname(__dirname);
const sanitizers = process.argv[2] ?? "address,undefined";
const portable = process.argv.includes("--portable");
const build = path.join(root, `build-native-${sanitizers.replace(",", "-")}${portable ? "-portable" : ""}`);

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", cwd: root });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

run(
  "cmake", "-S", root, "-B", build, "-DCAIO_TESTS=ON", "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
  `-DCAIO_SANITIZE=${sanitizers === "none" ? "" : sanitizers}`, `-DCAIO_PORTABLE=${portable ? "ON" : "OFF"}`,
);
run("cmake", "--build", build, "--parallel", "2");
run("ctest", "--test-dir", build, "--output-on-failure");
