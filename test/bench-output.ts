import { expect } from "chai";

import type { Row } from "../bench/measure";
import { sampleOf } from "../bench/peers/fio";
import { readRun, writeRun, type Run } from "../bench/report/json";
import { formatTable } from "../bench/report/table";
import { byteCount, duration, rate } from "../bench/report/units";
import { eachLine } from "../bench/runner/protocol";
import { workloadBars } from "../bench/plots/workloads";
import { render } from "../bench/plots";

const row: Row = {
  workload: { kind: "timed", name: "read-4k-1", title: "read", unit: "microseconds" },
  sides: [
    { runtime: "node20", implementation: "fs", title: "Node 20.0.0", again: false, samples: [{ value: 44 }] },
    { runtime: "node20", implementation: "caio", title: "caio (uring)", again: false, samples: [{ value: 1.1, cpu: 1 }] },
  ],
};

const run: Run = {
  machine: { node: "v20.0.0", kernel: "Linux", cpu: "cpu", cores: 2, memoryGiB: 1, fileSystem: "ext4" },
  home: "node20",
  rounds: 1,
  missing: [],
  rows: [row],
};

describe("the bench's output", () => {
  it("writes figures with units that fit them", () => {
    expect([0.75, 44, 1234, 2.5e6].map(duration)).to.deep.equal(["0.750 µs", "44.0 µs", "1.23 ms", "2.50 s"]);
    expect([12, 2048, 3 * 2 ** 20].map(byteCount)).to.deep.equal(["12.0 B", "2.00 KiB", "3.00 MiB"]);
    expect(rate(2, undefined)).to.equal("500 k/s");
    expect(rate(1000, 2 ** 20)).to.equal("1000 MiB/s");
    expect(duration(Number.NaN)).to.equal("");
  });

  it("aligns columns, and lets the last cell of a short line be as long as it likes", () => {
    const table = formatTable(
      [{ title: "a" }, { title: "bb", alignRight: true }, { title: "c" }],
      [{ heading: "above" }, ["one", "1", "x"], ["three", "not run: for a long reason"]],
    );
    expect(table.split("\n")).to.deep.equal([
      "a      bb  c",
      "-----  --  -",
      "",
      "above",
      "one     1  x",
      "three  not run: for a long reason",
    ]);
  });

  it("reads a run back as it was written, and refuses what is none", () => {
    expect(readRun(writeRun(run))).to.deep.equal(run);
    expect(() => readRun("{}")).to.throw("this is not what --json wrote");
  });

  it("draws the same run as the same text", () => {
    const drawing = workloadBars(run, run.rows);
    if (drawing === undefined) throw new Error("nothing was drawn");
    const text = render(drawing);
    expect(text).to.contain("caio (uring)").and.to.contain("Times as fast as Node 20.0.0");
    expect(text).to.not.contain("NaN");
    expect(render(drawing)).to.equal(text);
  });

  it("takes fio's figures from its report", () => {
    const none = { iops: 0, total_ios: 0 };
    const percentile = { "50.000000": 1_000_000, "99.000000": 3_000_000, "99.900000": 4_000_000 };
    const read = { iops: 50_000, total_ios: 10_000, clat_ns: { max: 5_000_000, percentile } };
    const sample = sampleOf(JSON.stringify({ jobs: [{ read, write: none, usr_cpu: 10, sys_cpu: 30 }] }));
    expect(sample).to.deep.equal({ value: 20, cpu: 8, latency: { p50: 1000, p99: 3000, p999: 4000, max: 5000 } });
    expect(() => sampleOf(JSON.stringify({ jobs: [{ read: none, write: none, usr_cpu: 0, sys_cpu: 0 }] }))).to.throw("fio did nothing");
  });

  it("takes whole lines from pieces", () => {
    const lines: string[] = [];
    const take = eachLine((line) => lines.push(line));
    for (const piece of ["{\"a\"", ":1}\n{", "}\n", "rest"]) take(piece);
    expect(lines).to.deep.equal(["{\"a\":1}", "{}"]);
  });
});
