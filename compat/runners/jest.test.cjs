/* global jest, test, expect, beforeAll, afterAll */

"use strict";

require("./suite.cjs")({
  test, expect, beforeAll, afterAll,
  realm: globalThis,
  load: async (name) => require(name),
  reset: async () => jest.resetModules(),
  fakeTimers: () => jest.useFakeTimers(),
  realTimers: () => jest.useRealTimers(),
});

test("takes a mock in a function's place, and can stand in for fs/promises itself", async () => {
  const fs = require("caio/fs");
  const read = jest.spyOn(fs, "readFile").mockResolvedValue("mocked");
  expect(await fs.readFile("anything")).toBe("mocked");
  read.mockRestore();
  jest.resetModules();
  jest.doMock("fs/promises", () => require("caio/fs"));
  const program = require("./program.cjs");
  expect(await program(__filename)).toContain("stand in for fs/promises");
  jest.dontMock("fs/promises");
});

test("keeps Node's own modules where a test mocks them", async () => {
  jest.resetModules();
  jest.doMock("fs", () => ({ readFileSync: jest.fn() }));
  jest.doMock("fs/promises", () => ({ readFile: jest.fn() }));
  const { backends } = require("caio");
  const fs = require("caio/fs");
  expect(await fs.readFile(__filename, "utf8")).toContain("keeps Node's own modules");
  await expect(fs.readFile(5)).rejects.toThrow("path");
  expect(process.env.CAIO_IMPL ?? backends().find(({ available }) => available).name).toBe(backends().find(({ inUse }) => inUse).name);
  jest.dontMock("fs");
  jest.dontMock("fs/promises");
});
