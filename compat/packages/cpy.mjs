// cpy copies what patterns find, with their folders or without, and leaves alone what is there.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import cpy from "cpy";

const [folder] = process.argv.slice(2);
for (let branch = 0; branch < 20; branch++) {
  mkdirSync(`${folder}/from/branch-${branch}`, { recursive: true });
  for (let leaf = 0; leaf < 10; leaf++) writeFileSync(`${folder}/from/branch-${branch}/leaf-${leaf}.txt`, `${branch} ${leaf}\n`.repeat(leaf * 100));
}
globalThis.workBegins?.();
const relative = (names) => names.map((name) => name.slice(name.indexOf("folder"))).sort();
const results = [
  relative(await cpy("**/*.txt", `${folder}/whole`, { cwd: `${folder}/from` })),
  relative(await cpy("from/branch-1/*.txt", `${folder}/flat`, { cwd: folder, flat: true })),
  relative(await cpy(["**/*.txt", "!**/leaf-9.txt"], `${folder}/some`, { cwd: `${folder}/from` })),
  await cpy("**/*.txt", `${folder}/whole`, { cwd: `${folder}/from`, overwrite: false }).then(relative, ({ name }) => name),
  await cpy("nothing-is-here.txt", `${folder}/none`, { cwd: folder }).then(relative, ({ name, message }) => [name, message.replaceAll(folder, "")]),
];
const names = readdirSync(folder, { recursive: true }).sort();
console.log(JSON.stringify([results, names, names.filter((name) => name.endsWith("leaf-3.txt")).map((name) => readFileSync(`${folder}/${name}`, "utf8"))]));
