"use strict";
// Writes what TypeScript cannot: the ES module entries of caio/fs, with node:fs/promises' names on them, and the
// declarations of both kinds of entry, which are the user's own @types/node.

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

const moduleTypes = `import * as fs from "node:fs/promises";

export * from "node:fs/promises";
export default fs;
`;

const commonTypes = `import fs = require("node:fs/promises");

export = fs;
`;

const folder = path.join(__dirname, "..", "dist", "fs");
for (const entry of entries) {
  fs.writeFileSync(path.join(folder, `${entry}.mjs`), moduleOf(entry));
  fs.writeFileSync(path.join(folder, `${entry}.d.mts`), moduleTypes);
  fs.writeFileSync(path.join(folder, `${entry}.d.ts`), commonTypes);
}
