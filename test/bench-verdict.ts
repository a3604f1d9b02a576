import { expect } from "chai";

import type { Bar } from "../bench/bars";
import type { Row, Side } from "../bench/measure";
import type { RuntimeName } from "../bench/peers/peer";
import { verdictsReport } from "../bench/report/verdicts";
import { failures, judge, noiseFloor, ratios, slower, sweep } from "../bench/verdict";

interface Given {
  readonly runtime?: RuntimeName;
  readonly again?: boolean;
  readonly cpu?: number;
  readonly delay?: number;
}

function side(implementation: string, values: readonly number[], given: Given = {}): Side {
  const { runtime = "node20", again = false, cpu, delay } = given;
  return {
    runtime,
    implementation,
    title: implementation,
    again,
    samples: values.map((value) => ({
      value,
      ...(cpu === undefined ? {} : { cpu }),
      ...(delay === undefined ? {} : { delay: { p50: delay, p99: delay, p999: delay, max: delay } }),
    })),
  };
}

const row = (...sides: Side[]): Row => ({
  workload: { kind: "timed", name: "read", title: "read", unit: "microseconds" },
  sides,
});

const node = side("fs", [10, 10, 10, 10, 10]);
const again = side("fs", [10, 11, 9, 10, 10], { again: true });

const bar: Bar = { workload: "read", on: "node20", measure: "value", opponent: "node", atLeast: 5 };

describe("the bench's verdict", () => {
  it("divides round by round, so that a slow minute of the machine slows both", () => {
    expect(ratios(side("fs", [10, 100]), side("caio", [2, 20]))).to.deep.equal([5, 5]);
  });

  it("reaches a bar that is met exactly, and misses one by a hair", () => {
    expect(judge([row(node, again, side("caio", [2, 2, 2, 2, 2]))], bar).state).to.equal("reached");
    expect(judge([row(node, again, side("caio", [2.01, 2.01, 2.01, 2.01, 2.01]))], bar).state).to.equal("missed");
  });

  it("holds the first of caio's sides to the bar, not the best one", () => {
    const found = judge([row(node, again, side("caio", [4, 4, 4]), side("caio/thread", [1, 1, 1]))], bar);
    expect(found.state).to.equal("missed");
    expect(found.found).to.equal(2.5);
  });

  it("compares on the runtime that the bar names", () => {
    const newest: Bar = { ...bar, on: "node26" };
    const rows = [
      row(
        node,
        again,
        side("caio", [9, 9, 9]),
        side("fs", [50, 50, 50], { runtime: "node26" }),
        side("caio", [1, 1, 1], { runtime: "node26" }),
      ),
    ];
    expect(judge(rows, newest)).to.include({ state: "reached", found: 50 });
    expect(judge(rows, bar).state).to.equal("missed");
  });

  it("says which bars were not checked, and why", () => {
    expect(judge([], bar)).to.include({ state: "not checked", remark: "the row was not run" });
    expect(judge([row(node, again)], bar)).to.include({ state: "not checked", remark: "caio on node20 does not take part" });
    const caio = side("caio", [1, 1, 1]);
    expect(judge([row(node, again, caio)], { ...bar, opponent: "bun" })).to.include({ remark: "bun does not take part" });
    const refused: Side = { ...side("io_uring", [], { runtime: "fio" }), absence: { reason: "no fio here", failed: false } };
    expect(judge([row(node, again, caio, refused)], { ...bar, opponent: "fio" })).to.include({ remark: "no fio here" });
    expect(judge([row(node, again, caio)], { ...bar, measure: "cpu" })).to.include({ remark: "no cpu was taken" });
  });

  it("bounds CPU time from above", () => {
    const atMost: Bar = { workload: "read", on: "node20", measure: "cpu", opponent: "c", atMost: 1.6 };
    const loop = side("loop", [1, 1, 1], { runtime: "c", cpu: 1 });
    expect(judge([row(node, again, side("caio", [9, 9, 9], { cpu: 1.6 }), loop)], atMost).state).to.equal("reached");
    const missed = judge([row(node, again, side("caio", [9, 9, 9], { cpu: 1.7 }), loop)], atMost);
    expect(missed).to.include({ state: "missed", found: 1.7 });
  });

  it("bounds a value by itself", () => {
    const atMost: Bar = { workload: "read", on: "node20", measure: "value", opponent: undefined, atMost: 1024 };
    expect(judge([row(side("caio", [1024]))], atMost).state).to.equal("reached");
    expect(judge([row(side("caio", [1025]))], atMost).state).to.equal("missed");
  });

  it("compares caio with itself in another row", () => {
    const deep: Row = { ...row(node, again, side("caio", [3, 3, 3])), workload: { ...row().workload, name: "deep" } };
    const scale: Bar = { workload: "deep", on: "node20", measure: "value", opponent: { caioAt: "read" }, atMost: 1.3 };
    expect(judge([deep, row(node, again, side("caio", [2.5, 2.5, 2.5]))], scale).state).to.equal("reached");
    expect(judge([deep, row(node, again, side("caio", [2, 2, 2]))], scale)).to.include({ state: "missed", found: 1.5 });
  });

  it("forgives noise only where a bar says so, and only as much as Node lies from itself", () => {
    const calm: Bar = { workload: "read", on: "node20", measure: "delay p99", opponent: "node", atMost: 1, beyondNoise: true };
    const own = side("fs", [1, 1, 1], { delay: 10 });
    const noisy = side("fs", [1, 1, 1], { delay: 12, again: true });
    const caio = (delay: number): Side => side("caio", [1, 1, 1], { delay });
    expect(judge([row(own, noisy, caio(11.9))], calm).state).to.equal("reached");
    expect(judge([row(own, noisy, caio(12.1))], calm).state).to.equal("missed");
    expect(judge([row(own, noisy, caio(10.1))], { ...calm, beyondNoise: false }).state).to.equal("missed");
  });

  it("calls slower what is slower than Node's own noise, in three rounds of four", () => {
    expect(noiseFloor(node, again)).to.equal(1);
    expect(slower(node, again, side("caio/linux", [12, 12, 12, 12, 12]))).to.equal(true);
    expect(slower(node, again, side("caio/linux", [9, 9, 9, 30, 30]))).to.equal(false);
    expect(slower(node, again, side("caio/linux", [12, 12, 12, 9, 9]))).to.equal(false);
    expect(slower(node, again, side("caio/linux", [10, 10, 10, 10, 10]))).to.equal(false);
    const noisy = side("fs", [8, 8, 8, 8, 8], { again: true });
    expect(slower(node, noisy, side("caio/linux", [12, 12, 12, 12, 12]))).to.equal(false);
  });

  it("sweeps every backend on every Node but js", () => {
    const slow = [20, 20, 20, 20, 20];
    const found = sweep([
      row(
        node,
        again,
        side("caio", [1, 1, 1, 1, 1]),
        side("caio/thread", slow),
        side("caio/js", slow),
        side("fs", [1, 1, 1, 1, 1], { runtime: "node26" }),
        side("fs", [1, 1, 1, 1, 1], { runtime: "node26", again: true }),
        side("caio", [2, 2, 2, 2, 2], { runtime: "node26" }),
      ),
    ]);
    expect(found.map(({ state }) => state)).to.deep.equal(["reached", "missed", "missed"]);
  });

  it("counts a side of caio that broke as a failure, and one that cannot run here as none", () => {
    const broken: Side = { ...side("caio", []), absence: { reason: "wrong contents", failed: true } };
    const refused: Side = { ...side("caio/linux", []), absence: { reason: "sqpoll is for uring", failed: false } };
    const peer: Side = { ...side("fs", [], { runtime: "deno" }), absence: { reason: "no such function", failed: true } };
    expect(failures([row(node, again, broken, refused, peer)])).to.deep.equal(["read: caio: wrong contents"]);
  });

  it("reports every bar, and what is slower, by name", () => {
    const rows = [row(node, again, side("caio", [12, 12, 12, 12, 12]))];
    const report = verdictsReport([judge(rows, bar), judge(rows, { ...bar, opponent: "bun" })], sweep(rows), ["read: caio: broke"]);
    expect(report).to.contain("bars: 0 reached, 1 missed, 1 not checked");
    expect(report).to.contain("slower than Node beyond noise: 1 of 1");
    expect(report).to.contain("at least 5x bun");
    expect(report).to.contain("FAILED  read: caio: broke");
  });
});
