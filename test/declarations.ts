import { expect } from "chai";
import fs from "node:fs";
import nodePromises from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "./matrix";

const dist = path.join(packageRoot, "dist");

/** Without comments, which may speak of anything. */
const codeOf = (file: string): string => fs.readFileSync(file, "utf8").replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");

function declarationOf(from: string, specifier: string): string {
  const named = path.join(path.dirname(from), specifier.replace(/\.js$/, ""));
  return [`${named}.d.ts`, path.join(named, "index.d.ts")].find((file) => fs.existsSync(file)) ?? `${named}.d.ts`;
}

/** These declarations and all they lead to within the package, with their code. */
function declarationsFrom(entries: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (file: string): void => {
    const name = path.relative(dist, file).replaceAll("\\", "/");
    if (found.has(name)) return;
    const code = codeOf(file);
    found.set(name, code);
    for (const [, specifier = ""] of code.matchAll(/["'](\.\.?\/[^"']*)["']/g)) visit(declarationOf(file, specifier));
  };
  for (const entry of entries) visit(path.join(dist, entry));
  return found;
}

const entries = ["index", "uring", "linux", "thread", "js"].flatMap((entry) => [`fs/${entry}.d.ts`, `fs/${entry}.d.mts`]);

describe("the declarations of caio/fs", () => {
  const declarations = declarationsFrom([...entries, "index.d.ts"]);

  it("lead to the written out types of every family", () => {
    expect([...declarations.keys()]).to.include.members([
      "create-fs.d.ts",
      "fs/api/attributes.d.ts",
      "fs/api/directories.d.ts",
      "fs/api/entries.d.ts",
      "fs/api/file-handle.d.ts",
      "fs/api/links.d.ts",
      "fs/api/reading.d.ts",
      "fs/api/watch-and-glob.d.ts",
      "fs/api/writing.d.ts",
    ]);
  });

  it("take nothing from node:fs/promises, but for what only a flag of Node's gives a FileHandle", () => {
    const mentions = [...declarations].flatMap(([name, code]) =>
      code
        .split("\n")
        .filter((line) => /\bpromises\b/.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
    expect(mentions).to.deep.equal([
      'fs/api/file-handle.d.ts: import type { FileHandle as NodesFileHandle } from "node:fs/promises";',
    ]);
    expect(declarations.get("fs/api/file-handle.d.ts")?.match(/\bNodesFileHandle\b.*/g)).to.deep.equal([
      'NodesFileHandle } from "node:fs/promises";',
      'NodesFileHandle, Extract<keyof NodesFileHandle, "pull" | "pullSync" | "writer">>;',
    ]);
  });

  for (const entry of entries)
    it(`have every name of the running Node in ${entry}`, () => {
      const declared = [...(declarations.get(entry) ?? "").matchAll(/^\s*export (?:declare )?const (\w+):/gm)];
      expect(declared.map(([, name]) => name)).to.include.members(Object.keys(nodePromises));
    });
});
