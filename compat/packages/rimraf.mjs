// rimraf removes trees entry by entry, with each of its ways to do so.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { rimraf } from "rimraf";

const [folder] = process.argv.slice(2);

function plant(name) {
  for (let branch = 0; branch < 20; branch++) {
    const where = `${folder}/${name}/branch-${branch}/deep`;
    mkdirSync(where, { recursive: true });
    for (let leaf = 0; leaf < 25; leaf++) writeFileSync(`${where}/leaf-${leaf}`, "");
  }
}

const ways = Object.entries({ manual: rimraf.manual, posix: rimraf.posix, native: rimraf.native, whole: rimraf });
for (const [name] of [...ways, ["kept"]]) plant(name);
globalThis.workBegins?.();
const results = [];
for (const [name, remove] of ways) results.push([name, await remove(`${folder}/${name}`), existsSync(`${folder}/${name}`)]);
results.push(await rimraf.manual(`${folder}/kept`, { filter: (name) => !name.endsWith("leaf-7") }));
results.push(await rimraf.manual(`${folder}/missing`));
console.log(JSON.stringify([results, readdirSync(folder, { recursive: true }).sort()]));
