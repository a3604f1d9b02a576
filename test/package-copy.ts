/** The package as it is installed, in a folder of its own, to be damaged and configured at will. */

import fs from "node:fs";
import path from "node:path";
import { packageRoot } from "./matrix";

const { prebuiltAddon } = require(path.join(packageRoot, "dist/backends/prebuild.js")) as { prebuiltAddon(parent: string): string };

export interface PackageCopy {
  readonly root: string;
  remove(): void;
}

export function copyPackage(parts: readonly string[]): PackageCopy {
  const scratch = path.join(packageRoot, "scratch");
  fs.mkdirSync(scratch, { recursive: true });
  const root = fs.mkdtempSync(path.join(scratch, "caio-package-"));
  for (const part of ["package.json", ...parts]) {
    const source = path.join(packageRoot, part);
    if (fs.existsSync(source)) fs.cpSync(source, path.join(root, part), { recursive: true });
  }
  return { root, remove: () => fs.rmSync(root, { recursive: true, force: true }) };
}

/** Where the package brings this platform's addon: the one built here, or something else. False if none was built here. */
export function putPrebuild(root: string, content?: string): boolean {
  const built = path.join(packageRoot, "build", "Release", "caio.node");
  if (!fs.existsSync(built)) return false;
  const place = prebuiltAddon(root);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  // A new file: the one that is there may be mapped into a process.
  fs.rmSync(place, { force: true });
  if (content === undefined) fs.copyFileSync(built, place);
  else fs.writeFileSync(place, content);
  return true;
}
