"use strict";
// Runs every block of code in README.md and docs/, or in the files that are named: what users copy must work.
//
// A fence says what is in it: js (a CommonJS or an ES module, as its text tells), ts, or sh; these run, each document's in
// a folder of its own, one after the other. After the language: save="NAME" writes the block to a file for those that
// follow, in place of running it; no-run="REASON" for what cannot run here. text and mermaid are no code.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

const root = path.join(__dirname, "..");
const noCode = new Set(["text", "mermaid", "md"]);
const languages = new Set(["js", "ts", "sh"]);

function documents() {
  const docs = path.join(root, "docs");
  const inDocs = fs.readdirSync(docs).filter((name) => name.endsWith(".md")).sort();
  return [path.join(root, "README.md"), ...inDocs.map((name) => path.join(docs, name))];
}

/** Blocks, and what is wrong with the document's marks. */
function blocksOf(text) {
  const blocks = [];
  const problems = [];
  let open;
  let previous = "";
  let inList = false;
  text.split("\n").forEach((line, index) => {
    const fence = /^ *```(.*)$/.exec(line);
    if (open !== undefined) {
      if (fence === null) open.lines.push(line.slice(open.indent));
      else {
        blocks.push({ ...open, code: `${open.lines.join("\n")}\n` });
        open = undefined;
      }
    } else if (fence !== null) {
      const [, info] = fence;
      const [language = ""] = info.trim().split(/\s/);
      const marks = Object.fromEntries([...info.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
      open = { line: index + 1, language, marks, indent: line.indexOf("`"), lines: [] };
    } else {
      if (/^( {0,3})([-*]|\d+\.) /.test(line)) inList = true;
      else if (/^\S/.test(line)) inList = false;
      if (/^ {4}\S/.test(line) && previous === "" && !inList) problems.push({ line: index + 1, what: "is code by its indentation, which cannot say what it is: use a fence" });
    }
    previous = line;
  });
  return { blocks, problems };
}

const isModule = (code) => /^\s*(import\s|export\s|for await\b|await\s)/m.test(code) && !/\brequire\(/.test(code);

/** The backend that a block imports by name. */
const backendIn = (code) => /["']caio\/(?:fs\/)?(uring|linux|thread)["']/.exec(code)?.[1];

function obstacleTo(code) {
  const name = backendIn(code);
  if (name === undefined) return undefined;
  const report = require(path.join(root, "dist/index.js")).backends().find((backend) => backend.name === name);
  return report.available ? undefined : `${name} is not available here: ${report.reason}`;
}

function run(command, args, folder) {
  const { CAIO_IMPL: _impl, ...env } = process.env;
  const ended = spawnSync(command, args, { cwd: folder, encoding: "utf8", timeout: 120_000, env });
  if (ended.status === 0) return undefined;
  return `ended with ${ended.signal ?? ended.status ?? ended.error}\n${ended.stdout ?? ""}${ended.stderr ?? ""}`;
}

/** Undefined, or what went wrong. */
function runBlock({ code, language, line }, folder) {
  if (language === "sh") return run("bash", ["-euo", "pipefail", "-c", code], folder);
  const script = language === "ts" ? ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText : code;
  const file = path.join(folder, `block-${line}.${isModule(script) ? "mjs" : "cjs"}`);
  fs.writeFileSync(file, script);
  return run(process.execPath, [file], folder);
}

function checkDocument(document, counts) {
  const name = path.relative(root, document);
  const { blocks, problems } = blocksOf(fs.readFileSync(document, "utf8"));
  fs.mkdirSync(path.join(root, "scratch"), { recursive: true });
  // Beneath the package, so that `caio` is this one.
  const folder = fs.mkdtempSync(path.join(root, "scratch", "docs-"));
  const problem = (line, what) => problems.push({ line, what });
  try {
    for (const block of blocks) {
      const { language, marks, line, code } = block;
      const unknown = Object.keys(marks).filter((mark) => mark !== "no-run" && mark !== "save");
      if (unknown.length > 0) problem(line, `has an unknown mark: ${unknown.join(", ")}`);
      if (noCode.has(language)) continue;
      if (marks["no-run"] !== undefined) {
        if (marks["no-run"].length < 8) problem(line, "does not say why it cannot run");
        counts.notRun.push(`${name}:${line}: ${marks["no-run"]}`);
      } else if (marks.save !== undefined) {
        fs.writeFileSync(path.join(folder, marks.save), code);
        counts.saved++;
      } else if (!languages.has(language)) problem(line, `is of the language '${language}', which is not run: mark it with no-run="REASON"`);
      else {
        const obstacle = obstacleTo(code);
        if (obstacle !== undefined) {
          counts.notRun.push(`${name}:${line}: ${obstacle}`);
          continue;
        }
        const failure = runBlock(block, folder);
        if (failure === undefined) counts.ran++;
        else problem(line, failure);
      }
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  for (const { line, what } of problems) console.error(`${name}:${line}: ${what}`);
  return problems.length === 0;
}

const files = process.argv.length > 2 ? process.argv.slice(2).map((file) => path.resolve(file)) : documents();
const counts = { ran: 0, saved: 0, notRun: [] };
const isRight = files.map((file) => checkDocument(file, counts)).every(Boolean);
console.log(`${files.length} documents: ${counts.ran} blocks ran, ${counts.saved} were saved for others, ${counts.notRun.length} cannot run:`);
for (const line of counts.notRun) console.log(`  ${line}`);
if (!isRight) process.exitCode = 1;
