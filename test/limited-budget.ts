import { expect } from "chai";
import path from "node:path";
import { packageRoot } from "./matrix";

interface Opening {
  readonly takes: number;
  attempt(): number;
  isShort(outcome: number): boolean;
  keeps(outcome: number): number;
  refused(): number;
}
interface Budget {
  take(opening: Opening): number | Promise<number>;
  release(count: number): void;
}
interface Limits {
  readonly DescriptorBudget: new (options: { most: number; waits: boolean; patience: number }) => Budget;
}

const { DescriptorBudget } = require(path.join(packageRoot, "dist/backends/limited/budget.js")) as Limits;

describe("The budget of descriptors", () => {
  let left = 0;
  const opening: Opening = {
    takes: 1,
    attempt: () => (left > 0 ? left-- : -24),
    isShort: (outcome) => outcome < 0,
    keeps: (outcome) => (outcome < 0 ? 0 : 1),
    refused: () => -9,
  };

  it("tells those who wait what the system says once its patience has ended", async () => {
    left = 1;
    const budget = new DescriptorBudget({ most: Number.POSITIVE_INFINITY, waits: true, patience: 0 });
    expect(budget.take(opening)).equal(1);
    const both = [1, 2].map(async () => budget.take(opening));
    expect(await Promise.all(both)).deep.equal([-24, -24]);
    budget.release(1);
    left = 1;
    expect(budget.take(opening)).equal(1);
  });

  it("notices descriptors that others have given back", async () => {
    left = 1;
    const budget = new DescriptorBudget({ most: Number.POSITIVE_INFINITY, waits: true, patience: 60_000 });
    expect(budget.take(opening)).equal(1);
    const waiting = [1, 2].map(async () => budget.take(opening));
    left = 2;
    expect(await Promise.all(waiting)).deep.equal([2, 1]);
  });
});
