import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { runNode } from "./child";
import { packageRoot } from "./matrix";

interface Verdict {
  verdictOf(node: readonly number[], caio: readonly number[]): string;
}
const { verdictOf } = require(path.join(packageRoot, "dist/cli/bench/verdict.js")) as Verdict;

describe("caio bench", () => {
  const bench = (...args: string[]): ReturnType<typeof runNode> =>
    runNode(`require("./dist/cli/bench.js").run(${JSON.stringify(args)}).then((status) => (process.exitCode = status));`);

  it("compares each workload, and leaves nothing behind", () => {
    mkdirSync(path.join(packageRoot, "scratch"), { recursive: true });
    const folder = mkdtempSync(path.join(packageRoot, "scratch", "cli-bench-"));
    try {
      const { stdout, stderr, status } = bench(folder, "--seconds", "0.1");
      expect({ stderr, status }).deep.equal({ stderr: "", status: 0 });
      const lines = stdout.trimEnd().split("\n");
      expect(lines).length(11);
      for (const line of lines.slice(1)) expect(line).match(/node +[\d.]+ +caio +[\d.]+ +(caio is .*x as fast|Node is .*x as fast|no difference beyond the noise)$/);
      expect(readdirSync(folder)).deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is a command of caio's", () => {
    const told = runNode(`process.argv.push("caio", "bench", "--help"); require("./dist/cli/main.js");`);
    expect(told).include({ status: 0, stderr: "" });
    expect(told.stdout).match(/^Usage: caio bench /);
  });

  it("refuses what it cannot do", () => {
    expect(bench("/nowhere/at/all")).include({ status: 1 });
    expect(bench(".", "--seconds", "never")).include({ status: 1 });
    expect(bench("--unknown")).include({ status: 1 });
    expect(bench("--help")).include({ status: 0 });
  });

  it("says so where Node wins, and where nobody does", () => {
    expect(verdictOf([10, 10, 11], [5, 5, 5])).equal("caio is 2.0x as fast");
    expect(verdictOf([5, 5, 5], [10, 10, 11])).equal("Node is 2.0x as fast");
    expect(verdictOf([5, 9, 10], [8, 8, 9])).equal("no difference beyond the noise");
  });
});
