"use strict";

// npm run check:symbols [-- FILE] [-- --node-api-only]: what a prebuilt addon asks of the system that loads it. Of Node it
// may import Node-API alone, no newer than the version that package.json names: then it serves every version of Node,
// Electron, Bun and Deno. Of glibc nothing newer than Debian 11 and Ubuntu 20.04 have, and no other library.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { symbols } = require("node-api-headers");

const root = path.join(__dirname, "..");
const newestGlibc = "2.31";
const libraries = /^(libc\.so\.6|libc\.musl-.*|libm\.so\.6|libdl\.so\.2|libpthread\.so\.0|ld-linux.*)$/;
/** Weak references that every shared object has. */
const ofTheToolChain = /^(_ITM_|__gmon_start__|__cxa_finalize)/;
const ofNode = /^(napi_|node_api_|uv_|_ZN?K?2v8|_ZN?K?4node|_ZN2v8|_ZN4node|v8_)/;

const nodeApiOnly = process.argv.includes("--node-api-only");
const { binary } = require("../package.json");
const nodeApiVersion = Math.max(...binary.napi_versions);
const nodeApi = new Set(Object.values(symbols[`v${nodeApiVersion}`]).flat());

const compareVersions = (one, other) => one.localeCompare(other, "en", { numeric: true });

function importsOf(file) {
  const lines = execFileSync("nm", ["-D", "--undefined-only", file], { encoding: "utf8" }).split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [name, version] = line.trim().split(/\s+/).at(-1).split(/@+/);
    return { name, version };
  });
}

function check(file) {
  const imports = importsOf(file);
  const problems = imports
    .filter(({ name }) => ofNode.test(name) && !nodeApi.has(name))
    .map(({ name }) => `${name} is not of Node-API ${nodeApiVersion}`);
  if (!imports.some(({ name }) => name.startsWith("napi_"))) problems.push("it imports nothing of Node-API: is this the addon?");
  if (nodeApiOnly) return { problems, told: `Node-API ${nodeApiVersion} and nothing else of Node` };

  const needed = [...execFileSync("readelf", ["-d", file], { encoding: "utf8" }).matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
  problems.push(...needed.filter((name) => !libraries.test(name)).map((name) => `it needs ${name}`));
  if (!needed.includes("libc.so.6")) return { problems, told: `needs ${needed.join(", ")}` };

  for (const { name, version } of imports) {
    if (version === undefined) {
      if (!nodeApi.has(name) && !ofTheToolChain.test(name)) problems.push(`nothing says where ${name} comes from`);
    } else if (!version.startsWith("GLIBC_")) problems.push(`${name} is of ${version}`);
    else if (compareVersions(version.slice(6), newestGlibc) > 0) problems.push(`${name} is of glibc ${version.slice(6)}`);
  }
  const versions = imports.flatMap(({ version }) => (version?.startsWith("GLIBC_") ? [version.slice(6)] : [])).sort(compareVersions);
  return { problems, told: `highest symbol version GLIBC_${versions.at(-1)} (limit ${newestGlibc}); needs ${needed.join(", ")}` };
}

function addons() {
  const named = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  if (named.length > 0) return named;
  const folder = path.join(root, "prebuilds");
  const found = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.startsWith("linux-")) : [];
  if (found.length === 0) throw new Error("nothing in prebuilds/: npm run build:prebuild first");
  return found.map((name) => path.join(folder, name, "caio.node"));
}

for (const file of addons()) {
  const { problems, told } = check(file);
  console.log(`${path.relative(root, file)}: ${told}`);
  for (const problem of problems) console.error(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
