import { expect } from "chai";
import { backends } from "caio";
import { runNode } from "./child";

const program = `
const { createFs } = require("caio");
const { readdirSync, readFileSync } = require("node:fs");
const fs = createFs({ backend: process.env.BACKEND });
Promise.all(Array.from({ length: 8 }, () => fs.chmod(process.execPath + "/none", 0o600).catch(() => {}))).then(() => {
  const names = readdirSync("/proc/self/task").map((id) => readFileSync("/proc/self/task/" + id + "/comm", "utf8").trim());
  process.stdout.write(String(names.includes("caio-worker")));
  process.exit(0);
});`;

describe("The engine's threads", () => {
  for (const { name, available } of backends())
    it(`are told from Node's by their name, where there are any: ${name}`, function () {
      if (!available || process.platform !== "linux") {
        console.log("      not available, or no /proc to look at");
        return this.skip();
      }
      expect(runNode(program, { env: { BACKEND: name } }).stdout).to.equal(String(name !== "js"));
    });
});
