"use strict";
// The type-level test of test/types against the @types/node of other Node versions than the one installed here.

const { spawnSync } = require("node:child_process");
const { cpSync, mkdirSync, mkdtempSync, rmSync, readFileSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const root = join(__dirname, "..");
const versions = process.argv.length > 2 ? process.argv.slice(2) : ["22", "24", "latest"];
const isDeclaration = /(\.d\.[cm]?ts|package\.json)$/;

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", shell: process.platform === "win32" });
  return { succeeded: status === 0, output: `${stdout}${stderr}` };
}

/** A project of somebody who installed caio and this @types/node, and nothing else. */
function check(version, folder) {
  mkdirSync(join(folder, "node_modules", "caio"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "types", private: true }));
  const installed = run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", `@types/node@${version}`], folder);
  if (!installed.succeeded) return installed;
  // A copy, not a link: from a link, the compiler would find this checkout's own @types/node.
  cpSync(join(root, "package.json"), join(folder, "node_modules", "caio", "package.json"));
  cpSync(join(root, "dist"), join(folder, "node_modules", "caio", "dist"), {
    recursive: true,
    filter: (from) => !/\.[cm]?(js|ts|map)$/.test(from) || isDeclaration.test(from),
  });
  cpSync(join(root, "test", "types"), folder, { recursive: true });
  return run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", folder], folder);
}

for (const version of versions) {
  const folder = mkdtempSync(join(tmpdir(), "caio-types-"));
  try {
    const { succeeded, output } = check(version, folder);
    let exact = "";
    try {
      exact = JSON.parse(readFileSync(join(folder, "node_modules", "@types", "node", "package.json"), "utf8")).version;
    } catch {
      // Not installed: the output says why.
    }
    console.log(`@types/node ${version} (${exact}): ${succeeded ? "drop-in" : "DIFFERENT"}`);
    if (!succeeded) {
      console.error(output);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
