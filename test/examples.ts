import { expect } from "chai";
import { examples, run } from "../examples/main";

/** They check their own work; here, that it is the same on Node's functions. */
describe("The examples", () => {
  for (const example of examples) {
    it(`give the same on caio and on node:fs/promises: ${example.name}`, async () => {
      const { results, times } = await run(example, 1, 1);
      expect([...results]).length(1);
      expect(times.map((rounds) => rounds.length)).deep.equal([1, 1]);
    });
  }
});
