/** The C loops of floor.c, compiled when they are needed. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, root } from "./places";
import { Refusal } from "./refusal";

const compilers = ["cc", "gcc", "clang", "g++"];

let compiled: string | undefined;

/** @throws Refusal where nothing compiles C */
export function floorProgram(): string {
  return (compiled ??= compile());
}

function compile(): string {
  const source = join(root, "bench", "floor.c");
  const digest = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 12);
  const program = join(cacheFolder, `floor-${digest}`);
  if (existsSync(program)) return program;
  mkdirSync(cacheFolder, { recursive: true });
  const problems: string[] = [];
  for (const compiler of compilers) {
    try {
      execFileSync(compiler, ["-x", "c", "-O2", "-Wall", "-Wextra", "-o", program, source], { stdio: "pipe" });
      return program;
    } catch (error) {
      const { code, stderr } = error as { code?: string; stderr?: Buffer };
      problems.push(`${compiler}: ${code === "ENOENT" ? "not installed" : String(stderr).split("\n", 1)[0]}`);
    }
  }
  throw new Refusal(`floor.c cannot be compiled (${problems.join("; ")})`);
}
