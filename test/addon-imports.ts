import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "./matrix";

describe("The addon", () => {
  const addon = path.join(packageRoot, "build", "Release", "caio.node");

  it("imports Node-API and nothing else of Node, so that one binary serves every version, and Electron", function () {
    const hasNm = spawnSync("nm", ["--version"]).status === 0;
    if (process.platform !== "linux" || !fs.existsSync(addon) || !hasNm) {
      console.log("      it takes Linux, nm and a compiled addon to look at");
      this.skip();
    }
    const { stdout, stderr, status } = spawnSync(process.execPath, ["scripts/check-symbols.cjs", addon, "--node-api-only"], {
      cwd: packageRoot,
      encoding: "utf8",
    });
    expect(stderr).to.equal("");
    expect(stdout).to.include("Node-API 8 and nothing else of Node");
    expect(status).to.equal(0);
  });
});
