/** Packages from npm, installed once into a folder of their own. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** @param installed each with its version, so that two runs compare the same */
export function installPackages(home: string, installed: readonly string[]): void {
  if (installed.every((each) => existsSync(path.join(home, "node_modules", each.slice(0, each.lastIndexOf("@")))))) return;
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, "package.json"), JSON.stringify({ name: "work", private: true }));
  const { status, stderr } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", ...installed], {
    cwd: home,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm could not install ${installed.join(" ")}: ${stderr}`);
}
