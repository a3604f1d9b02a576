/** Small C programs of the tests, compiled with the machine's compiler. */

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { packageRoot } from "./matrix";

export interface Compiled {
  /** undefined: there is no compiler here, or it fails. */
  readonly program: string | undefined;
  readonly reason: string;
  remove(): void;
}

/** From a source below test/. */
export function compileC(source: string): Compiled {
  const scratch = path.join(packageRoot, "scratch");
  fs.mkdirSync(scratch, { recursive: true });
  const folder = fs.mkdtempSync(path.join(scratch, "caio-c-"));
  const program = path.join(folder, path.basename(source, ".c"));
  const compiler = process.env["CC"] ?? "cc";
  const { error, status, stderr } = spawnSync(compiler, ["-O1", "-o", program, path.join(packageRoot, "test", source)], { encoding: "utf8" });
  const failure = error?.message ?? (status === 0 ? undefined : stderr);
  return {
    program: failure === undefined ? program : undefined,
    reason: failure === undefined ? "" : `${compiler} compiles no ${source}: ${failure}`,
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}
