/** What the differential suite is told, and what it holds against itself. */

import { expect } from "chai";
import { catalogue } from "../compat/catalogue";
import { uncovered } from "../compat/check-list";
import { parseDifferences, reasonFor } from "../compat/listed";
import { fetchNodes, parseNodeList } from "../compat/nodes";

describe("compat: the list of differences", () => {
  const text = ["# Title", "- `stat: one` (all) — a reason", "- `stat: two` (uring, js; Node ≥ 26) — another"].join("\n");

  it("gives each its reason on the backends that it names", () => {
    const listed = parseDifferences(text);
    expect(listed.map((one) => one.since)).deep.equal([0, 26]);
    expect(reasonFor(listed, "stat: one", "thread")).equal("a reason");
    expect(reasonFor(listed, "stat: two", "js")).equal("another");
    expect(reasonFor(listed, "stat: two", "thread")).equal(undefined);
    expect(reasonFor(listed, "stat: three", "js")).equal(undefined);
  });

  it("takes no entry without a reason", () => {
    expect(() => parseDifferences("- `stat: one` (all)")).to.throw("line 1");
  });
});

describe("compat: the check-list", () => {
  it("has a scenario for each of its points on this Node", () => {
    expect(uncovered(catalogue)).deep.equal([]);
  });

  it("misses a point whose scenarios are gone", () => {
    expect(uncovered(catalogue.filter((scenario) => !scenario.covers.includes(48)))).to.include(48);
  });
});

describe("compat: other versions of Node", () => {
  it("are asked for by number or as the newest", () => {
    expect(parseNodeList("22, 24.21,26.10.0,newest,latest")).deep.equal(["22", "24.21", "26.10.0", "newest", "latest"]);
    for (const bad of ["", "22,", "v22", "22.x", "../22", "lts"]) expect(() => parseNodeList(bad)).to.throw("--node takes versions");
  });

  it("are refused where there is no binary for them", function () {
    if (process.platform === "linux" && process.arch === "x64") this.skip();
    expect(() => fetchNodes(["22"], ".", () => undefined)).to.throw("Linux on x64 only");
  });
});
