"use strict";
// The type-level test of test/types against the @types/node of each Node version, with the compiler that is installed here
// and with the oldest one that can read these @types/node; and whether every name there is has its like in caio/fs.

const { spawnSync } = require("node:child_process");
const { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join, posix } = require("node:path");
const ts = require("typescript");

const root = join(__dirname, "..");
const oldestCompiler = { 20: "5.4", 22: "5.4", 24: "5.4", latest: "5.6" };
const versions = process.argv.length > 2 ? process.argv.slice(2) : ["20", "22", "24", "latest"];
const projects = ["tsconfig.json", "tsconfig.bundler.json"];
const isDeclaration = /(\.d\.[cm]?ts|package\.json)$/;

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", shell: process.platform === "win32" });
  return { succeeded: status === 0, output: `${stdout}${stderr}` };
}

function install(folder, name, ...packages) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true }));
  const { succeeded, output } = run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages], folder);
  if (!succeeded) throw new Error(`npm could not install ${packages.join(" and ")}:\n${output}`);
}

/** A project of somebody who installed caio and this @types/node, and nothing else. */
function makeProject(folder, version) {
  install(folder, "types", `@types/node@${version}`);
  const caio = join(folder, "node_modules", "caio");
  // A copy, not a link: from a link, the compiler would find this checkout's own @types/node.
  cpSync(join(root, "package.json"), join(caio, "package.json"));
  cpSync(join(root, "dist"), join(caio, "dist"), {
    recursive: true,
    filter: (from) => !/\.[cm]?(js|ts|map)$/.test(from) || isDeclaration.test(from),
  });
  cpSync(join(root, "test", "types"), folder, { recursive: true });
}

/** Functions and types alike. */
function missingNames(folder) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} };
  const configured = ts.getParsedCommandLineOfConfigFile(join(folder, "tsconfig.json"), {}, host);
  const program = ts.createProgram(configured.fileNames, configured.options);
  const checker = program.getTypeChecker();
  const namesOf = (symbol) => checker.getExportsOfModule(symbol).map(({ name }) => name);
  const nodes = checker.getAmbientModules().find(({ name }) => name === '"node:fs/promises"');
  const missing = [];
  for (const declaration of ["index.d.ts", "index.d.mts"]) {
    const file = program.getSourceFile(posix.join(folder.replaceAll("\\", "/"), "node_modules/caio/dist/fs", declaration));
    const ours = new Set(namesOf(checker.getSymbolAtLocation(file)));
    for (const name of namesOf(nodes)) if (!ours.has(name)) missing.push(`${declaration}: ${name} is missing`);
  }
  return { succeeded: missing.length === 0, output: missing.join("\n") };
}

function report(what, { succeeded, output }) {
  console.log(`${what}: ${succeeded ? "drop-in" : "DIFFERENT"}`);
  if (succeeded) return;
  console.error(output);
  process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), "caio-types-"));
const compilers = new Map([[undefined, join(root, "node_modules", "typescript")]]);

function compiler(version) {
  if (!compilers.has(version)) {
    const place = join(folder, `compiler-${compilers.size}`);
    install(place, "compiler", `typescript@${version}`);
    compilers.set(version, join(place, "node_modules", "typescript"));
  }
  return compilers.get(version);
}

try {
  for (const [index, version] of versions.entries()) {
    // Not named by the version: what is behind a folder's last dot, the compiler takes for a file's extension.
    const project = join(folder, `project-${index}`);
    makeProject(project, version);
    const types = `@types/node ${require(join(project, "node_modules", "@types", "node", "package.json")).version}`;
    report(`${types}, names`, missingNames(project));
    for (const compilerVersion of new Set([undefined, oldestCompiler[version]])) {
      const at = compiler(compilerVersion);
      const typescript = `TypeScript ${require(join(at, "package.json")).version}`;
      for (const config of projects) {
        const checked = run(process.execPath, [join(at, "bin", "tsc"), "-p", join(project, config)], project);
        report(`${types}, ${typescript}, ${config}`, checked);
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
