// readdirp walks a tree and stats every entry.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { readdirpPromise } from "readdirp";

const [folder] = process.argv.slice(2);
for (let directory = 0; directory < 30; directory++) {
  const name = `${folder}/directory-${directory % 5}/inner-${directory}`;
  mkdirSync(name, { recursive: true });
  for (let file = 0; file < 50; file++) writeFileSync(`${name}/file-${file}.txt`, "x".repeat(file));
  symlinkSync("file-1.txt", `${name}/link`);
}

globalThis.workBegins?.();
const entries = await readdirpPromise(folder, { alwaysStat: true, type: "all" });
const shown = entries.map(({ path, basename, stats }) => [path, basename, stats.size, stats.isFile(), stats.isDirectory(), stats.mode]);
const some = await readdirpPromise(folder, { fileFilter: ({ basename }) => basename.endsWith("7.txt"), depth: 2, lstat: true });
const missing = await readdirpPromise(`${folder}/missing`).catch(({ code, path }) => [code, path]);
console.log(JSON.stringify([shown.sort(), some.map(({ path }) => path).sort(), missing]));
