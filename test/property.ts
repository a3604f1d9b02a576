/** The property tests are themselves tested: they must find what is wrong, and nothing where all is well. */

import { expect } from "chai";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { oracle } from "../compat/configuration";
import { media } from "../compat/media";
import { nodeMajor } from "../compat/property/node-major";
import { accident } from "../compat/property/accidents";
import { codeOf } from "../compat/property/program";
import { search, type SearchResult } from "../compat/property/search";

/** One of each kind: an error's key, its number, a class, a mode, a descriptor, a link, a result, a crash, a cursor, a content. */
const faults = [
  "rename loses dest",
  "stat has a wrong errno",
  "stat's result is a plain object",
  "writeFile makes files with mode 0600",
  "readFile closes nothing",
  "lstat follows links",
  "mkdir recursive resolves with undefined",
  "readlink ends the process where there is no link",
  "open adds O_APPEND to r+",
  "appendFile replaces",
];

/** Those of the short form. */
const operations = 12_000;

describe("property tests", function () {
  this.timeout(300_000);

  const look = (fault: string | undefined, most: number): Promise<SearchResult> => {
    // Memory is quicker, and no fault here is about the disk.
    const medium = media(join(__dirname, "..", "..")).present.at(-1);
    if (medium === undefined) throw new Error("there is no place for the programs' folders");
    return search(medium, [{ ...oracle, name: fault ?? "oracle again", fault }], { operations: most, seed: 7 });
  };

  it("find nothing between the oracle and itself", async () => {
    const { found, operations: made, troubles } = await look(undefined, 1500);
    expect(found && codeOf(found.program)).to.equal(undefined);
    expect(troubles).to.deep.equal([]);
    expect(made).to.be.at.least(1500);
  });

  it("leave out what would keep the oracle for ever: parents made where the working directory is gone", () => {
    const before = process.cwd();
    const gone = mkdtempSync(join(tmpdir(), "caio-gone-"));
    process.chdir(gone);
    try {
      expect(accident("fs", "mkdir", ["a/b", { recursive: true }])).to.equal(undefined);
      rmdirSync(gone);
      expect(accident("fs", "mkdir", ["a/b", { recursive: true }])).to.be.a("string");
      expect(accident("fs", "cp", [__filename, Buffer.from("a/b")])).to.be.a("string");
      expect(accident("fs", "mkdir", [join(gone, "a/b"), { recursive: true }])).to.equal(undefined);
      expect(accident("fs", "mkdir", ["a/b"])).to.equal(undefined);
    } finally {
      process.chdir(before);
    }
  });

  it("leave out the walk whose names decode to nothing, which Node's own never ends", () => {
    expect(accident("fs", "readdir", [".", { recursive: true, encoding: "utf16le" }]) !== undefined).to.equal(nodeMajor < 26);
    expect(accident("fs", "readdir", [".", { recursive: true, encoding: "latin1" }])).to.equal(undefined);
    expect(accident("fs", "readdir", [".", { encoding: "ucs2" }])).to.equal(undefined);
  });

  for (const fault of faults) {
    it(`find within the short form that ${fault}`, async () => {
      const { found } = await look(fault, operations);
      expect(found?.differences).to.be.an("array").that.is.not.empty;
      expect(found?.program.steps.length).to.be.within(1, 8);
    });
  }
});
