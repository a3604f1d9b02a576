"use strict";

// Before npm packs: the addon for this platform, built unless it is there already; those of other platforms (made by the
// CI workflow) must be of the same sources; and the headers that a build on the user's machine needs.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { sourceDigest, digestFile } = require("./source-digest.cjs");
const { platformName } = require("../dist/backends/prebuild.js");

const root = path.join(__dirname, "..");
const prebuilds = path.join(root, "prebuilds");
const headers = path.join(root, "headers");

const wanted = sourceDigest();

function isCurrent(platform) {
  try {
    return fs.readFileSync(digestFile(path.join(prebuilds, platform)), "utf8").trim() === wanted;
  } catch {
    return false;
  }
}

if (process.platform !== "win32" && !isCurrent(platformName())) {
  const { status } = spawnSync(process.execPath, [path.join(__dirname, "prebuild.cjs")], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

const outdated = fs.existsSync(prebuilds) ? fs.readdirSync(prebuilds).filter((platform) => !isCurrent(platform)) : [];
if (outdated.length > 0) {
  console.error(`built from other sources than these: ${outdated.map((platform) => `prebuilds/${platform}`).join(", ")}`);
  process.exit(1);
}

fs.rmSync(headers, { recursive: true, force: true });
for (const name of ["node-api-headers", "node-addon-api"]) {
  const { include_dir: from } = require(name);
  const folder = path.dirname(require.resolve(`${name}/package.json`));
  fs.mkdirSync(headers, { recursive: true });
  for (const file of fs.readdirSync(from).filter((each) => each.endsWith(".h"))) fs.copyFileSync(path.resolve(from, file), path.join(headers, file));
  const licence = fs.readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  fs.copyFileSync(path.join(folder, licence), path.join(headers, `LICENSE.${name}`));
}
