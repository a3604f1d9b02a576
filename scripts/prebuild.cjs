"use strict";

// npm run build:prebuild: the addon for the package that is published, in prebuilds/PLATFORM/, with the digest of the sources
// that it was built from. On Linux with glibc it is held to the limits of check-symbols.cjs.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { sourceDigest, digestFile } = require("./source-digest.cjs");

const root = path.join(__dirname, "..");
const output = path.join(root, "build-prebuild");

function run(program, ...args) {
  const { status, error } = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const manifestFile = require.resolve("cmake-js/package.json");
const compiler = path.join(path.dirname(manifestFile), require(manifestFile).bin["cmake-js"]);
run(compiler, "compile", "--log-level=warn", "--CDCMAKE_BUILD_TYPE=Release", "--CDCAIO_PREBUILD=ON", "--out", output);

const { platformName, prebuiltAddon } = require("../dist/backends/prebuild.js");
const addon = prebuiltAddon(root);
fs.mkdirSync(path.dirname(addon), { recursive: true });
fs.copyFileSync(path.join(output, "Release", "caio.node"), addon);
if (process.platform === "linux") run(path.join(__dirname, "check-symbols.cjs"), addon);
fs.writeFileSync(digestFile(path.dirname(addon)), `${sourceDigest()}\n`);
console.log(`prebuilds/${platformName()}/caio.node: ${fs.statSync(addon).size} bytes`);
