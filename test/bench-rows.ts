import { expect } from "chai";

import { bars } from "../bench/bars";
import { parseOptions } from "../bench/options";
import { selectWorkloads, type Wanted } from "../bench/selection";
import { workloads } from "../bench/workloads";

const nothing: Wanted = { only: [], short: false, all: false, check: false, plots: false, system: false };
const names = (wanted: Partial<Wanted>): string[] => selectWorkloads(workloads, { ...nothing, ...wanted }).map(({ name }) => name);

describe("the bench's rows", () => {
  it("have names of their own that need no quotes", () => {
    const all = workloads.map(({ name }) => name);
    expect(new Set(all).size).to.equal(all.length);
    for (const name of all) expect(name).to.match(/^[a-z0-9-]+$/);
  });

  it("exist for every bar, which has one bound and names no other row in vain", () => {
    const all = new Set(workloads.map(({ name }) => name));
    for (const { workload, atLeast, atMost, opponent } of bars) {
      expect(all, workload).to.include(workload);
      expect([atLeast, atMost].filter((bound) => bound !== undefined), workload).to.have.length(1);
      if (typeof opponent === "object") expect(all).to.include(opponent.caioAt);
    }
  });

  it("have a form in C, in fio, in coreutils and in synchronous functions where a bar compares with one", () => {
    for (const { workload: name, opponent } of bars) {
      if (opponent !== "c" && opponent !== "fio" && opponent !== "coreutils" && opponent !== "sync") continue;
      const workload = workloads.find((each) => each.name === name);
      expect(workload?.kind === "timed" && workload.twins?.[opponent] !== undefined, `${name}: ${opponent}`).to.equal(true);
    }
  });

  it("are run by --check wherever there is a bar, unless a row changes the system", () => {
    const held = new Set(bars.map(({ workload }) => workload));
    expect(names({ check: true, system: true })).to.include.members([...held]);
    expect(names({ check: true })).to.not.include("write-throttled");
  });

  it("are fewer with --short, more for the plots, and all with --all", () => {
    expect(names({ short: true }).length).to.be.below(names({}).length);
    expect(names({ plots: true })).to.include.members(["read-4k-1024", "readfile-1g-1", "cp-r-100000"]);
    expect(names({ all: true, system: true })).to.have.length(workloads.length);
  });

  it("are found by a whole name alone, and else by a part of it, in all rows if need be", () => {
    expect(names({ only: ["read-4k-1"] })).to.deep.equal(["read-4k-1"]);
    expect(names({ only: ["cp-r-100"] })).to.deep.equal(["cp-r-100"]);
    expect(names({ only: ["stat-3"] })).to.deep.equal(["stat-32"]);
    expect(() => names({ only: ["no such row"] })).to.throw("no row is named like");
  });
});

describe("the bench's options", () => {
  it("give --check five rounds at least, and every backend that is held to something", () => {
    const options = parseOptions(["--check", "--rounds", "1"]);
    expect(options).to.include({ rounds: 5, others: "native" });
    expect(parseOptions(["--check", "--rounds", "9"])?.rounds).to.equal(9);
  });

  it("name the backends that --backend asks for", () => {
    expect(parseOptions([])?.caio).to.deep.equal(["caio"]);
    expect(parseOptions(["--backend", "thread", "--backend", "linux"])?.caio).to.deep.equal(["caio/thread", "caio/linux"]);
  });

  it("refuse rounds that are no number", () => {
    expect(() => parseOptions(["--rounds", "many"])).to.throw("--rounds takes a number from 1, not many");
  });
});
