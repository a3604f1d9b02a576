// load-json-file and write-json-file.
import { readFileSync } from "node:fs";
import { loadJsonFile } from "load-json-file";

const [folder] = process.argv.slice(2);
const { writeJsonFile } = await import("write-json-file");
globalThis.workBegins?.();
const names = Array.from({ length: 400 }, (_, index) => `${folder}/inner-${index % 7}/${index}.json`);
for (const [index, name] of names.entries()) await writeJsonFile(name, { index, text: "ä".repeat(index) });
for (const name of names) await writeJsonFile(name, { again: true, ...(await loadJsonFile(name)) }, { detectIndent: true, sortKeys: true });
const loaded = await Promise.all(names.map((name) => loadJsonFile(name)));
const missing = await loadJsonFile(`${folder}/missing.json`).catch(({ code, path, message }) => [code, path, message]);
console.log(JSON.stringify([loaded, missing, readFileSync(names[9], "utf8")]));
