import { expect } from "chai";

import { median, percentiles, quantile, spread } from "../bench/statistics";

describe("the bench's statistics", () => {
  it("take the middle of an odd number of values, and the mean of the two in the middle of an even one", () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([4, 1, 3, 2])).to.equal(2.5);
    expect(median([])).to.be.NaN;
  });

  it("do not let one slow round move the median", () => {
    expect(median([10, 11, 12, 10, 1000])).to.equal(11);
  });

  it("say how far the extremes lie apart", () => {
    expect(spread([8, 10, 12])).to.equal(0.2);
  });

  it("give a quantile that was measured", () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(quantile(values, 0.75)).to.equal(75);
    expect(quantile([1, 2, 3, 4, 5], 0.75)).to.equal(4);
    expect(quantile(values, 0)).to.equal(1);
    expect(quantile(values, 1)).to.equal(100);
  });

  it("sort percentiles from the values, not from their order, and leave what they were given as it was", () => {
    const values = [...Array.from({ length: 998 }, () => 1), 70, 50];
    expect(percentiles(values)).to.deep.equal({ p50: 1, p99: 1, p999: 50, max: 70 });
    expect(values.at(-2)).to.equal(70);
    expect(percentiles([])).to.equal(undefined);
  });
});
