/** The differential suite is itself tested: every deliberate fault must turn it red. */

import { expect } from "chai";
import { join } from "node:path";
import { injectAll, type InjectionResult } from "../compat/inject";

describe("compat: the suite itself", function () {
  this.timeout(300_000);

  let result: InjectionResult;

  before(async () => {
    result = await injectAll(join(__dirname, "..", ".."), () => undefined);
  });

  it("is green without any fault", () => {
    expect(result.withoutFault).to.deep.equal([]);
  });

  it("has at least twelve faults to find", () => {
    expect(result.injections.length).to.be.at.least(12);
  });

  it("turns red for each of them", () => {
    expect(result.injections.filter((injection) => injection.caughtBy.length === 0).map((injection) => injection.name)).to.deep.equal([]);
  });

  it("does not turn red everywhere", () => {
    const everywhere = result.injections.filter((injection) => injection.of > 10 && injection.caughtBy.length === injection.of);
    expect(everywhere.map((injection) => injection.name)).to.deep.equal([]);
  });
});
