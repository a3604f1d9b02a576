import { expect } from "chai";
import nodePromises from "node:fs/promises";
import fs, { readFile } from "caio/fs";
import { runNode } from "./child";

const surface = fs as unknown as Record<string, unknown>;
const nodes = nodePromises as unknown as Record<string, unknown>;

describe("the entries of caio/fs", () => {
  it("have the running Node's names in its order, and its constants", () => {
    expect(Object.keys(fs)).deep.equal(Object.keys(nodePromises));
    expect(fs.constants).equal(nodePromises.constants);
    expect(readFile).equal(fs.readFile);
  });

  it("have functions that look like Node's", () => {
    for (const [name, ofNode] of Object.entries(nodes)) {
      if (typeof ofNode !== "function") continue;
      const ours = surface[name] as { name: string; length: number };
      expect([ours.name, ours.length], name).deep.equal([ofNode.name, ofNode.length]);
      expect(Object.getPrototypeOf(ours), name).equal(Object.getPrototypeOf(ofNode));
    }
  });

  it("are one and the same for import and require", () => {
    const { stdout, stderr } = runNode(
      `const required = require("caio/fs");
       import("caio/fs").then((module) => console.log(
         module.default === required, module.readFile === required.readFile, Object.keys(module).length >= 33,
         "glob" in module, module.constants === require("node:fs").constants));`,
    );
    expect(stdout.trim(), stderr).equal("true true true true true");
  });

  it("start nothing when they are imported", () => {
    const { stdout } = runNode(
      `const before = process.getActiveResourcesInfo().length;
       require("caio/fs"); require("caio/fs/js");
       console.log(process.getActiveResourcesInfo().length - before);`,
    );
    expect(stdout.trim()).equal("0");
  });

  it("by name, serve on that backend or throw", () => {
    const { stdout, stderr } = runNode(
      `const { backends } = require("caio");
       for (const { name, available } of backends()) {
         let served = true;
         try { require("caio/fs/" + name); } catch (error) { served = error.code; }
         console.log(served === (available ? true : "ERR_CAIO_BACKEND_UNAVAILABLE"));
       }`,
    );
    expect(stdout.trim().split("\n"), stderr).deep.equal(["true", "true", "true", "true"]);
  });

  it("leave everything to Node under its permission model", function () {
    const flag = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
    const { stdout, stderr } = runNode(
      `require("caio/fs/js").readFile("/etc/hostname").catch((error) => console.log(error.code));`,
      { nodeOptions: [flag, `--allow-fs-read=${process.cwd()}/*`] },
    );
    expect(stdout.trim(), stderr).equal("ERR_ACCESS_DENIED");
  });
});
