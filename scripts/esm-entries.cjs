"use strict";
// Writes what TypeScript cannot: the ES module entries of caio/fs, with node:fs/promises' names on them, and the
// declarations of both kinds of entry, in which the types of src/fs/api stand beside the functions.

const fs = require("node:fs");
const path = require("node:path");

// ES modules name their exports statically: the union over Node 20 to 26. Where the running Node has no such function,
// its name is undefined here; the default export has the running Node's names exactly.
const names = [
  "access", "appendFile", "chmod", "chown", "constants", "copyFile", "cp", "glob", "lchmod", "lchown", "link", "lstat",
  "lutimes", "mkdir", "mkdtemp", "mkdtempDisposable", "open", "opendir", "readFile", "readdir", "readlink", "realpath",
  "rename", "rm", "rmdir", "stat", "statfs", "symlink", "truncate", "unlink", "utimes", "watch", "writeFile",
];

const entries = ["index", "uring", "linux", "thread", "js"];

const moduleOf = (entry) => `import fs from "./${entry}.js";

export default fs;
export const {
${names.map((name) => `  ${name},\n`).join("")}} = fs;
`;

// What a program may import from node:fs/promises as a type: again the union.
const types = [
  "CreateReadStreamOptions", "CreateWriteStreamOptions", "DisposableTempDir", "FileChangeInfo", "FileHandle", "FileReadOptions",
  "FileReadResult", "FlagAndOpenMode", "PullOptions", "ReadableWebStreamOptions", "WatchOptions", "WatchOptionsWithBufferEncoding",
  "WatchOptionsWithStringEncoding", "WriterOptions",
];

const moduleTypesOf = (entry) => `import type { FileSystem } from "./api/file-system.js";
import fs from "./${entry}.js";

export default fs;
${names.map((name) => `export declare const ${name}: FileSystem["${name}"];\n`).join("")}
export type {
${types.map((name) => `  ${name},\n`).join("")}} from "./api/file-system.js";
`;

const commonTypes = `import api = require("./api/file-system");

declare namespace fs {
${names.map((name) => `  export const ${name}: api.FileSystem["${name}"];\n`).join("")}
${types.map((name) => `  export import ${name} = api.${name};\n`).join("")}}

export = fs;
`;

const folder = path.join(__dirname, "..", "dist", "fs");
for (const entry of entries) {
  fs.writeFileSync(path.join(folder, `${entry}.mjs`), moduleOf(entry));
  fs.writeFileSync(path.join(folder, `${entry}.d.mts`), moduleTypesOf(entry));
  fs.writeFileSync(path.join(folder, `${entry}.d.ts`), commonTypes);
}
