import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "./matrix";

const fence = "```";

describe("The check of the documents", () => {
  let folder = "";
  before(() => {
    mkdirSync(path.join(packageRoot, "scratch"), { recursive: true });
    folder = mkdtempSync(path.join(packageRoot, "scratch", "documents-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const check = (text: string): { status: number | null; said: string } => {
    const file = path.join(folder, "document.md");
    writeFileSync(file, text);
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(packageRoot, "scripts/check-docs.cjs"), file], { encoding: "utf8" });
    return { status, said: stdout + stderr };
  };
  const block = (info: string, code: string): string => `${fence}${info}\n${code}\n${fence}\n`;

  it("runs blocks of both kinds of module, of TypeScript and of the shell, in one folder", () => {
    const { status, said } = check(
      block('js save="part.mjs"', "export default 1;") +
        block("js", 'import part from "./part.mjs";\nimport fs from "caio/fs";\nif (part !== 1) throw new Error();\nawait fs.writeFile("made", "x");') +
        block("js", 'const { readFile } = require("caio/fs");\nreadFile("made");') +
        block("ts", "const one: number = 1;\nconsole.log(one);") +
        block("sh", "test -e made") +
        block('yaml no-run="for a cluster"', "a: 1") +
        block("text", "no code"),
    );
    expect(said).include("4 blocks ran, 1 were saved for others, 1 cannot run");
    expect(status).equal(0);
  });

  for (const [what, text, complaint] of [
    ["a script that throws", block("js", 'throw new Error("broken");'), "document.md:1: ended with 1"],
    ["a command that fails in the middle", block("sh", "false\ntrue"), "document.md:1: ended with 1"],
    ["a language that is not run", block("yaml", "a: 1"), "mark it with no-run"],
    ["no language", block("", "what"), "mark it with no-run"],
    ["a mark without a reason", block('sh no-run=""', "docker run"), "does not say why"],
    ["a mark that nobody knows", block('sh norun="needs Docker"', "true"), "unknown mark"],
    ["code by indentation", "Text:\n\n    npm test\n", "document.md:3: is code by its indentation"],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { status, said } = check(text);
      expect(said).include(complaint);
      expect(status).equal(1);
    });
  }
});
