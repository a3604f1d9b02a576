// rollup builds a project of several hundred modules: resolved, read, bundled, and written in chunks.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rollup } from "rollup";

const [folder] = process.argv.slice(2);
const modules = 400;
const entries = 20;
mkdirSync(`${folder}/source`);
for (let index = 0; index < modules; index++) {
  const next = [index * 2 + 1, index * 2 + 2].filter((other) => other < modules);
  const imports = next.map((other) => `import { value as value${other} } from "./module-${other}";`).join("\n");
  writeFileSync(`${folder}/source/module-${index}.js`, `${imports}\nexport const value = ${[index, ...next.map((other) => `value${other}`)].join(" + ")};\n`);
}
for (let entry = 0; entry < entries; entry++)
  writeFileSync(`${folder}/source/entry-${entry}.js`, `import { value } from "./module-${entry * 20}";\nexport default import("./module-${entry}").then(() => value);\n`);

const input = Array.from({ length: entries }, (_, entry) => `${folder}/source/entry-${entry}.js`);
globalThis.workBegins?.();
const bundle = await rollup({ input });
const { output } = await bundle.write({ dir: `${folder}/built`, format: "es", sourcemap: true });
await bundle.close();
const failure = await rollup({ input: `${folder}/missing.js` }).catch(({ code }) => code);
const names = readdirSync(`${folder}/built`).sort();
console.log(JSON.stringify([output.map(({ fileName }) => fileName).sort(), failure, names.map((name) => readFileSync(`${folder}/built/${name}`, "utf8"))]));
