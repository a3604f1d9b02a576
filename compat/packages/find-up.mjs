// find-up looks for a name in every folder on the way up.
import { mkdirSync, writeFileSync } from "node:fs";
import { findUp, findUpMultiple, pathExists } from "find-up";

const [folder] = process.argv.slice(2);
const found = [];
for (let index = 0; index < 100; index++) {
  const top = `${folder}/${index}`;
  const deep = `${top}/a/b/c/d/e/f`;
  mkdirSync(deep, { recursive: true });
  writeFileSync(`${top}/marker`, "");
  writeFileSync(`${top}/a/b/marker`, "");
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
