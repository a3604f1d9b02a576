import fs from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { backends } from "caio";
import { runNode } from "./child";
import { copyPackage, putPrebuild, type PackageCopy } from "./package-copy";

const told = `const { backends } = require("caio"); console.log(JSON.stringify(backends().slice(0, 3)))`;

describe("The addon that came with the package", () => {
  let copy: PackageCopy;
  const reports = (script = told): { available: boolean; reason?: string; mend?: string }[] =>
    JSON.parse(runNode(script, { cwd: copy.root }).stdout) as ReturnType<typeof reports>;
  const here = backends().slice(0, 3).map(({ available }) => available);
  const built = (): string => path.join(copy.root, "build", "Release", "caio.node");

  beforeEach(function () {
    copy = copyPackage(["dist"]);
    if (!putPrebuild(copy.root)) this.skip();
  });
  afterEach(() => copy.remove());

  it("serves without any install script", () => {
    expect(reports().map(({ available }) => available)).to.deep.equal(here);
  });

  it("serves where the one that was built on this machine does not load", () => {
    fs.mkdirSync(path.dirname(built()), { recursive: true });
    fs.writeFileSync(built(), "of another C library");
    expect(reports().map(({ available }) => available)).to.deep.equal(here);
  });

  it("stands behind the one that was built on this machine", () => {
    fs.mkdirSync(path.dirname(built()), { recursive: true });
    const [folder = ""] = fs.readdirSync(path.join(copy.root, "prebuilds"));
    fs.copyFileSync(path.join(copy.root, "prebuilds", folder, "caio.node"), built());
    putPrebuild(copy.root, "older");
    expect(reports().map(({ available }) => available)).to.deep.equal(here);
  });

  it("is told of when it does not load", () => {
    putPrebuild(copy.root, "of another processor");
    expect(reports()[2]?.reason).to.match(/^the native addon does not load: /);
  });

  it("serves in workers", () => {
    const script = `
      const { Worker } = require("node:worker_threads");
      new Worker(${JSON.stringify(told)}, { eval: true });
    `;
    expect(reports(script).map(({ available }) => available)).to.deep.equal(here);
  });
});
