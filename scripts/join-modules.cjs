"use strict";
// Puts the compiled modules of dist/ into one file, dist/caio.js, and leaves in the place of each a line that asks for
// it: to find, read and compile a hundred files takes longer than all that they do at the import. Not those of the
// command line, which are not imported.
//
// A bundler would do it in one scope for all: then whoever holds any function of a copy that was evaluated anew (Jest)
// holds all of it, and its threads and descriptors are never given back. Here each module keeps a scope of its own, as it
// has in a file of its own. Around them there is nothing that leads to what they export: not even Node's `require`, which
// leads to this file's exports. So what they ask of Node is asked for at the top, where bundlers find it too.

const fs = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

const dist = path.join(__dirname, "..", "dist");
const joined = "caio.js";

/** ES modules that import one of these find its names in what Node reads of its text (cjs-module-lexer). */
const { exports: entries } = require("../package.json");
const imported = Object.values(entries).filter((entry) => typeof entry === "string").map((entry) => path.posix.relative("dist", entry));

const files = fs
  .readdirSync(dist, { recursive: true })
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => file.endsWith(".js") && !file.startsWith("cli/") && file !== joined)
  .sort();

const idOf = (file) => file.slice(0, -".js".length);
const ids = new Set(files.map(idOf));
const textOf = new Map(files.map((file) => [file, fs.readFileSync(path.join(dist, file), "utf8")]));

/** As TypeScript writes exports. */
function namesOf(text) {
  const names = [...text.matchAll(/^Object\.defineProperty\(exports, "(\w+)"|\bexports\.(\w+) = /gm)].map(([, defined, set]) => defined ?? set);
  return [...new Set(names)].filter((name) => name !== "__esModule");
}

const builtins = new Set();

/** Without comments, and in ASCII: V8 reads it in half of the time. */
function shortened(text) {
  const { outputText } = ts.transpileModule(text, { fileName: "module.js", compilerOptions: { allowJs: true, removeComments: true, target: "ES2022", module: "None" } });
  return outputText.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function factoryOf(file) {
  const text = textOf.get(file);
  if (/\b(loadModule|builtinModules)\b/.test(text)) throw new Error(`${file} has a name that the joined file gives to something else`);
  const body = shortened(text)
    .replace(/^"use strict";\n/, "")
    .replace(/\brequire\("([^"]*)"\)/g, (_, wanted) => {
      if (wanted.startsWith("node:")) {
        builtins.add(wanted);
        return `builtinModules[${JSON.stringify(wanted)}]`;
      }
      const id = path.posix.join(path.posix.dirname(file), wanted);
      if (!ids.has(id)) throw new Error(`${file} requires ${wanted}, which is not there`);
      return `loadModule(${JSON.stringify(id)})`;
    });
  if (/\brequire\(/.test(body)) throw new Error(`${file} requires what is not known before it runs`);
  return `${JSON.stringify(idOf(file))}(exports, module, loadModule, builtinModules) {\n${body}},\n`;
}

const factories = files.map(factoryOf).join("");
const text = `"use strict";
module.exports = ((builtinModules, factories) => {
  const modules = new Map();
  return function loadModule(id) {
    let module = modules.get(id);
    if (module === undefined) {
      module = { exports: {} };
      modules.set(id, module);
      factories[id].call(module.exports, module.exports, module, loadModule, builtinModules);
    }
    return module.exports;
  };
})({
${[...builtins].sort().map((name) => `${JSON.stringify(name)}: require(${JSON.stringify(name)}),\n`).join("")}}, {
${factories}});
`;

fs.writeFileSync(path.join(dist, joined), text);
for (const file of files) {
  const from = path.posix.relative(path.posix.dirname(file), joined);
  const hint = imported.includes(file) ? `0 && (module.exports = { ${namesOf(textOf.get(file)).join(", ")} });\n` : "";
  const request = JSON.stringify(from.startsWith(".") ? from : `./${from}`);
  fs.rmSync(path.join(dist, `${file}.map`));
  fs.writeFileSync(path.join(dist, file), `"use strict";\nmodule.exports = require(${request})(${JSON.stringify(idOf(file))});\n${hint}`);
}
