import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as all from "caio/fs";
import fs, { readFile } from "caio/fs";
import suite from "./suite.cjs";

suite({
  test, expect, beforeAll, afterAll,
  realm: globalThis,
  load: async (name) => {
    const module = await import(/* @vite-ignore */ name);
    return module.default ?? module;
  },
  reset: async () => vi.resetModules(),
  fakeTimers: () => vi.useFakeTimers(),
  realTimers: () => vi.useRealTimers(),
});

test("is imported whole and by name", () => {
  expect(fs.readFile).toBe(readFile);
  expect(all.stat).toBe(fs.stat);
});

test("takes a mock in a function's place", async () => {
  const read = vi.spyOn(fs, "readFile").mockResolvedValue("mocked");
  expect(await fs.readFile("anything")).toBe("mocked");
  read.mockRestore();
  await expect(fs.readFile("/none at all")).rejects.toThrow("ENOENT");
});
