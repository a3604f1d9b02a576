// find-up looks for a name in every folder on the way up.
import { mkdirSync, writeFileSync } from "node:fs";
import { findUp, findUpMultiple, pathExists } from "find-up";

const [folder] = process.argv.slice(2);
const tops = Array.from({ length: 100 }, (_, index) => `${folder}/${index}`);
const deepIn = (top) => `${top}/a/b/c/d/e/f`;
for (const top of tops) {
  mkdirSync(deepIn(top), { recursive: true });
  writeFileSync(`${top}/marker`, "");
  writeFileSync(`${top}/a/b/marker`, "");
}
globalThis.workBegins?.();
const found = [];
for (const top of tops) {
  const deep = deepIn(top);
  found.push(
    await findUp("marker", { cwd: deep }),
    await findUp("c", { cwd: deep, type: "directory" }),
    await findUp("marker", { cwd: deep, type: "directory", stopAt: top }),
    await findUpMultiple(["marker", "none"], { cwd: deep, stopAt: top }),
    await pathExists(deep),
    await pathExists(`${deep}/none`),
  );
}
console.log(JSON.stringify(found));
