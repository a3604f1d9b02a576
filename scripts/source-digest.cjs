"use strict";

// What tells whether a prebuilt addon belongs to the sources of this checkout.

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");

function sourceDigest() {
  const sources = fs.readdirSync(path.join(root, "cpp"), { recursive: true }).filter((name) => /\.(h|cc)$/.test(name));
  const names = ["CMakeLists.txt", ...sources.map((name) => path.posix.join("cpp", name.replaceAll("\\", "/")))].sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${name}\n`).update(fs.readFileSync(path.join(root, name)));
  return hash.digest("hex");
}

/** Beside the addon; not published. */
const digestFile = (folder) => path.join(folder, "sources.sha256");

module.exports = { sourceDigest, digestFile };
