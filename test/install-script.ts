import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "./matrix";
import { copyPackage, putPrebuild, type PackageCopy } from "./package-copy";

describe("The install script", () => {
  let copy: PackageCopy;
  let tools = "";
  before(function () {
    if (process.platform === "win32") this.skip();
    copy = copyPackage(["scripts/install.cjs"]);
    tools = path.join(copy.root, "tools");
    fs.mkdirSync(tools);
    fs.symlinkSync(path.join(packageRoot, "node_modules"), path.join(copy.root, "node_modules"));
  });
  after(() => copy?.remove());

  const tool = (name: string, body: string): void => fs.writeFileSync(path.join(tools, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  const note = (): string => path.join(copy.root, "build", "unavailable");

  /** With no other programs in the path than those made here. */
  function install(env: Readonly<Record<string, string>> = {}, cwd = copy.root): { stdout: string; stderr: string; status: number | null } {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["scripts/install.cjs"], {
      cwd,
      env: { PATH: tools, HOME: copy.root, ...env },
      encoding: "utf8",
    });
    return { stdout, stderr, status };
  }

  it("says in one line that js serves when there is no cmake, and succeeds", () => {
    const line = "caio: the js backend serves, since the native addon was not built: cmake was not found\n";
    expect(install()).to.deep.equal({ stdout: line, stderr: "", status: 0 });
    expect(JSON.parse(fs.readFileSync(note(), "utf8"))).to.deep.equal({ reason: "cmake was not found" });
  });

  describe("with an addon that came with the package", () => {
    let prebuilt: PackageCopy;
    const run = (env: Readonly<Record<string, string>> = {}): ReturnType<typeof install> => install(env, prebuilt.root);
    before(function () {
      prebuilt = copyPackage(["scripts/install.cjs", "dist/backends", "dist/caio.js"]);
      if (!putPrebuild(prebuilt.root)) this.skip();
    });
    after(() => prebuilt.remove());

    it("has nothing to do, and removes the note of an earlier failure", () => {
      fs.mkdirSync(path.join(prebuilt.root, "build"));
      fs.writeFileSync(path.join(prebuilt.root, "build", "unavailable"), "{}");
      expect(run()).to.deep.equal({ stdout: "", stderr: "", status: 0 });
      expect(fs.readdirSync(path.join(prebuilt.root, "build"))).to.deep.equal([]);
    });

    it("builds all the same when the user asks for it", () => {
      expect(run({ npm_config_build_from_source: "true" }).stdout).to.match(/^caio: the js backend serves, /);
    });

    it("builds when it does not load", () => {
      putPrebuild(prebuilt.root, "of another processor");
      expect(run().stdout).to.match(/^caio: the js backend serves, .*\n$/);
    });
  });

  it("says so when there is no compiler", () => {
    tool("cmake", "exit 0");
    const { stdout, status } = install();
    expect(stdout).to.match(/^caio: the js backend serves, .*no C\+\+ compiler was found.*\n$/);
    expect(status).to.equal(0);
  });

  it("says so in one line when the compilation fails", () => {
    tool("cmake", 'case "$*" in *--version*) echo cmake version 3.30.0; exit 0;; esac\necho "CMake Error: broken on purpose"\nexit 1');
    tool("c++", "exit 0");
    const { stdout, stderr, status } = install();
    expect(stderr).to.equal("");
    expect(stdout).to.match(/^caio: the js backend serves, .*the compilation failed.*\n$/);
    expect(status).to.equal(0);
    expect(fs.existsSync(note())).to.equal(true);
  });

  it("fails with the whole log when the addon is required", () => {
    const { stdout, stderr, status } = install({ CAIO_REQUIRE_ADDON: "1" });
    expect(status).to.equal(1);
    expect(stdout).to.include("the compilation failed");
    expect(stderr).to.not.equal("");
  });
});
