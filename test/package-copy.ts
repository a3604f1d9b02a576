/** The package as it is installed, in a folder of its own, to be damaged and configured at will. */

import fs from "node:fs";
import path from "node:path";
import { packageRoot } from "./matrix";

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
