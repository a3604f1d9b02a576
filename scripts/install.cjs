"use strict";

// Sees to it that there is a native addon. Where the one that came with the package loads, nothing is left to do. Else it
// is built where that is possible. Where it is not, the installation still succeeds: the js backend serves, and
// build/unavailable tells `backends()` why, since npm hides what the scripts of dependencies print.
// CAIO_REQUIRE_ADDON=1 turns that into a failure, with the whole log. `npm rebuild caio --build-from-source` builds in
// any case.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const buildFolder = path.join(root, "build");
const builtFile = path.join(buildFolder, "Release", "caio.node");
const noteFile = path.join(buildFolder, "unavailable");

const runs = (command) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;

/** In a checkout the sources decide, whatever was built before. */
const isCheckout = fs.existsSync(path.join(root, "src"));

function prebuiltLoads() {
  const finder = path.join(root, "dist", "backends", "prebuild.js");
  if (isCheckout || process.env.npm_config_build_from_source || !fs.existsSync(finder)) return false;
  const addon = require(finder).prebuiltAddon(root);
  // In a process of its own: one that does not fit could take this one down.
  return fs.existsSync(addon) && spawnSync(process.execPath, ["-e", "require(process.argv[1])", addon], { stdio: "ignore" }).status === 0;
}

/** Why there is no point in trying, or undefined. */
function obstacle() {
  if (process.platform === "win32") return "the native backends are for POSIX systems";
  if (!runs("cmake")) return "cmake was not found";
  const compilers = process.env.CXX ? [process.env.CXX.trim().split(/\s+/)[0]] : ["c++", "g++", "clang++"];
  if (!compilers.some(runs)) return `no C++ compiler was found (${compilers.join(", ")})`;
  return undefined;
}

/** A checkout has cmake-js and the headers among its development dependencies; the package brings the headers along. */
function buildCommands() {
  if (!isCheckout) {
    return [
      ["cmake", "-S", root, "-B", buildFolder, "-DCMAKE_BUILD_TYPE=Release", `-DCAIO_HEADERS=${path.join(root, "headers")}`],
      ["cmake", "--build", buildFolder, "--parallel"],
    ];
  }
  const manifestFile = require.resolve("cmake-js/package.json", { paths: [root] });
  const { bin } = require(manifestFile);
  const program = path.join(path.dirname(manifestFile), typeof bin === "string" ? bin : bin["cmake-js"]);
  return [[process.execPath, program, "compile", "--CDCMAKE_BUILD_TYPE=Release"]];
}

/** What went wrong, with the log; undefined if nothing did. */
function compile() {
  let commands;
  try {
    commands = buildCommands();
  } catch (error) {
    return { reason: "cmake-js is not installed", log: String(error) };
  }
  let log = "";
  for (const [command, ...args] of commands) {
    const run = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
    log += `${run.stdout ?? ""}${run.stderr ?? ""}${run.error ?? ""}`;
    if (run.status === 0) continue;
    const complaint = log.split(/\r?\n/).find((line) => /error/i.test(line)) ?? "see CAIO_REQUIRE_ADDON=1 npm rebuild caio";
    return { reason: `the compilation failed (${complaint.trim().slice(0, 200)})`, log };
  }
  return fs.existsSync(builtFile) ? undefined : { reason: "the compilation left no addon", log };
}

function main() {
  if (prebuiltLoads()) {
    fs.rmSync(noteFile, { force: true });
    return 0;
  }
  const known = obstacle();
  const failure = known === undefined ? compile() : { reason: known, log: "" };
  if (failure === undefined) {
    fs.rmSync(noteFile, { force: true });
    return 0;
  }
  console.log(`caio: the js backend serves, since the native addon was not built: ${failure.reason}`);
  if (process.env.CAIO_REQUIRE_ADDON === "1") {
    if (failure.log !== "") console.error(failure.log);
    return 1;
  }
  fs.mkdirSync(buildFolder, { recursive: true });
  fs.writeFileSync(noteFile, `${JSON.stringify({ reason: failure.reason })}\n`);
  return 0;
}

process.exitCode = main();
