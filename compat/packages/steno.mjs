// steno writes files so that they are whole at any time: to a temporary name, then renamed.
import { readdirSync, readFileSync } from "node:fs";
import { Writer } from "steno";

const [folder] = process.argv.slice(2);
globalThis.workBegins?.();
const names = Array.from({ length: 300 }, (_, index) => `${folder}/file-${index}.json`);
const writers = names.map((name) => new Writer(name));
for (let round = 0; round < 3; round++)
  await Promise.all(writers.map((writer, index) => writer.write(JSON.stringify({ round, index }))));
await Promise.all(Array.from({ length: 100 }, (_, turn) => writers[0].write(`turn ${turn}`)));
const refused = await new Writer(`${folder}/missing/file`).write("x").catch(({ code, syscall, path }) => [code, syscall, path]);
console.log(JSON.stringify([names.map((name) => readFileSync(name, "utf8")), readdirSync(folder).sort(), refused]));
