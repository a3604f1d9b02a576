"use strict";

// Builds the native addon where that is possible. Where it is not, the installation still succeeds: the js backend
// serves, and build/unavailable tells `backends()` why, since npm hides what the scripts of dependencies print.
// CAIO_REQUIRE_ADDON=1 turns that into a failure, with the whole log.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const buildFolder = path.join(root, "build");
const noteFile = path.join(buildFolder, "unavailable");

const runs = (command) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;

/** Why there is no point in trying, or undefined. */
function obstacle() {
  if (process.platform === "win32") return "the native backends are for POSIX systems";
  if (!runs("cmake")) return "cmake was not found";
  const compilers = process.env.CXX ? [process.env.CXX.trim().split(/\s+/)[0]] : ["c++", "g++", "clang++"];
  if (!compilers.some(runs)) return `no C++ compiler was found (${compilers.join(", ")})`;
  return undefined;
}

function cmakeJs() {
  const manifestFile = require.resolve("cmake-js/package.json", { paths: [root] });
  const { bin } = require(manifestFile);
  return path.join(path.dirname(manifestFile), typeof bin === "string" ? bin : bin["cmake-js"]);
}

/** What went wrong, with the log; undefined if nothing did. */
function compile() {
  let program;
  try {
    program = cmakeJs();
  } catch (error) {
    return { reason: "cmake-js is not installed", log: String(error) };
  }
  const run = spawnSync(process.execPath, [program, "compile", "--CDCMAKE_BUILD_TYPE=Release"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.status === 0 && fs.existsSync(path.join(buildFolder, "Release", "caio.node"))) return undefined;
  const log = `${run.stdout ?? ""}${run.stderr ?? ""}${run.error ?? ""}`;
  const complaint = log.split(/\r?\n/).find((line) => /error/i.test(line)) ?? "see CAIO_REQUIRE_ADDON=1 npm rebuild caio";
  return { reason: `the compilation failed (${complaint.trim().slice(0, 200)})`, log };
}

function main() {
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
