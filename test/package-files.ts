import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "./matrix";

/** What users need: the program with its declarations, the addon, and what it takes to build one. */
const wanted = [
  /^(package\.json|README\.md|CHANGELOG\.md|SECURITY\.md|LICENSE|CMakeLists\.txt)$/,
  /^dist\/.*(\.[cm]?js|\.d\.[cm]?ts)$/,
  /^prebuilds\/[a-z0-9-]+\/caio\.node$/,
  /^cpp\/.*\.(cc|h)$/,
  /^headers\/([a-z-_]+\.h|napi-inl\.deprecated\.h|LICENSE\.[a-z-]+)$/,
  /^typings\/native\.d\.ts$/,
  /^scripts\/install\.cjs$/,
];

/** Every file that a field of package.json names, however deep. */
const named = (value: unknown): string[] => {
  if (typeof value === "string") return [path.posix.normalize(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(named) : [];
};

describe("The package that is published", () => {
  let files: string[] = [];
  before(() => {
    // --ignore-scripts: what prepack adds, the addon and the headers, is not looked for here.
    const told = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: packageRoot,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    // npm 12 names the package, those before give a list.
    const [packed] = Object.values(JSON.parse(told) as Record<string, { readonly files: readonly { readonly path: string }[] }>);
    files = packed?.files.map((file) => file.path) ?? [];
  });

  it("holds what users need and nothing else", () => {
    expect(files.filter((file) => !wanted.some((pattern) => pattern.test(file)))).to.deep.equal([]);
    expect(files).to.include.members(["README.md", "SECURITY.md", "LICENSE", "CMakeLists.txt", "scripts/install.cjs", "cpp/addon.cc"]);
  });

  it("holds every file that its package.json names", () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(packageRoot, "package.json"), "utf8")) as Record<string, unknown>;
    const targets = ["main", "types", "exports", "typesVersions", "bin"].flatMap((field) => named(manifest[field]));
    expect(targets).to.include("dist/fs/index.mjs");
    expect(files).to.include.members(targets.filter((target) => !target.includes("*")));
  });

  it("makes its users install nothing else", () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(packageRoot, "package.json"), "utf8")) as Record<string, unknown>;
    expect(manifest).to.not.have.any.keys("dependencies", "optionalDependencies", "peerDependencies");
  });
});
