"use strict";

// npm run compat:bundlers: a program bundled by esbuild and by webpack, with caio external, with caio inside and its
// prebuilds copied beside the bundle, and with caio inside and nothing copied: then js serves.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const home = path.join(root, "scratch", "bundlers");
const installed = ["esbuild@0.25.12", "webpack@5.103.0"];

function run(command, args, cwd = home) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 240_000 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}:\n${stdout}${stderr}`);
  return stdout;
}

function setUp() {
  fs.mkdirSync(home, { recursive: true });
  fs.writeFileSync(path.join(home, "package.json"), JSON.stringify({ name: "work", private: true }));
  if (!installed.every((each) => fs.existsSync(path.join(home, "node_modules", each.split("@")[0]))))
    run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", ...installed]);
  const caio = path.join(home, "node_modules", "caio");
  fs.rmSync(caio, { recursive: true, force: true });
  for (const part of ["package.json", "dist"]) fs.cpSync(path.join(root, part), path.join(caio, part), { recursive: true });
  // The addon that was built here stands for the one that comes with the package.
  const addon = require(path.join(root, "dist", "backends", "prebuild.js")).prebuiltAddon(caio);
  fs.mkdirSync(path.dirname(addon), { recursive: true });
  fs.copyFileSync(path.join(root, "build", "Release", "caio.node"), addon);
  fs.writeFileSync(path.join(home, "program.js"), `
    const { readFile } = require("caio/fs");
    const { backends } = require("caio");
    readFile(__filename, "utf8").then((text) => {
      if (text.length === 0) throw new Error("read nothing");
      console.log(backends().find(({ inUse }) => inUse).name);
    });
  `);
}

const bundlers = {
  esbuild: (output, external) => `
    require("esbuild").buildSync({ entryPoints: ["program.js"], bundle: true, platform: "node", outfile: ${JSON.stringify(`${output}/program.js`)}, external: ${external ? '["caio", "caio/*"]' : "[]"}, logLevel: "error" });`,
  webpack: (output, external) => `
    require("webpack")({ mode: "production", target: "node", entry: "./program.js", output: { path: ${JSON.stringify(path.join(home, output))}, filename: "program.js" }, node: { __dirname: false, __filename: false }, externals: ${external ? '[/^caio(\\/|$)/].map((wanted) => ({ request }, done) => wanted.test(request) ? done(null, "commonjs " + request) : done())' : "[]"} },
      (error, stats) => { if (error || stats.hasErrors()) { console.error(error || stats.toString()); process.exitCode = 1; } });`,
};

setUp();
const best = require(root).backends().find(({ available }) => available).name;
for (const [name, build] of Object.entries(bundlers)) {
  for (const way of ["external", "copied", "alone"]) {
    const output = path.join("out", `${name}-${way}`);
    fs.rmSync(path.join(home, output), { recursive: true, force: true });
    run(process.execPath, ["-e", build(output, way === "external")]);
    if (way === "copied") fs.cpSync(path.join(home, "node_modules/caio/prebuilds"), path.join(home, output, "prebuilds"), { recursive: true });
    const serves = run(process.execPath, [path.join(output, "program.js")]).trim();
    const wanted = way === "alone" ? "js" : best;
    console.log(`${name}, ${way}: ${serves} serves${serves === wanted ? "" : `, not ${wanted}`}`);
    if (serves !== wanted) process.exitCode = 1;
  }
}
