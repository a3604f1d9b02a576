/** The package with an addon that is watched by the address and undefined-behaviour sanitizers of g++. */

import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { project } from "../package";

export interface Sanitized {
  readonly root: string;
  /** Node itself is built without: the runtime has to be there before it. */
  readonly preload: string;
}

const build = "build-sanitized";

function library(name: string): string {
  const found = execFileSync("g++", [`-print-file-name=${name}`], { encoding: "utf8" }).trim();
  // g++ gives the bare name back where it has none.
  if (!existsSync(found)) throw new Error(`g++ has no ${name}: install Debian's libgcc-*-dev`);
  return found;
}

export function sanitized(): Sanitized {
  const preload = `${library("libasan.so")} ${library("libubsan.so")}`;
  const cmakeJs = join(project, "node_modules", ".bin", "cmake-js");
  execFileSync(cmakeJs, ["compile", "--out", build, "--CDCMAKE_BUILD_TYPE=RelWithDebInfo", "--CDCAIO_SANITIZE=address,undefined"], {
    cwd: project,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const root = join(project, build, "package");
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, "build", "Release"), { recursive: true });
  cpSync(join(project, "dist"), join(root, "dist"), { recursive: true });
  copyFileSync(join(project, "package.json"), join(root, "package.json"));
  copyFileSync(join(project, build, "Release", "caio.node"), join(root, "build", "Release", "caio.node"));
  return { root, preload };
}
