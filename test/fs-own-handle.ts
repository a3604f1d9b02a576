import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import { runNode } from "./child";
import { packageRoot } from "./matrix";

/** What a Node would be like whose FileHandle is built in another way. */
const hidden = (description: string): string => `
  const symbolsOf = Object.getOwnPropertySymbols;
  Object.getOwnPropertySymbols = (owner) => symbolsOf(owner).filter((symbol) => symbol.description !== ${JSON.stringify(description)});
`;

const inUse = `require("caio").backends().filter((report) => "fileHandle" in report).map(({ inUse, fileHandle, fileHandleReason }) => [inUse, fileHandle, fileHandleReason])`;

describe("The class of FileHandles, in backends()", () => {
  let folder = "";
  before(() => {
    nodeFs.mkdirSync(path.join(packageRoot, "scratch"), { recursive: true });
    folder = nodeFs.mkdtempSync(path.join(packageRoot, "scratch", "caio-own-handle-"));
  });
  after(() => nodeFs.rmSync(folder, { recursive: true }));

  const run = (script: string, nodeOptions: string[] = []): { printed: unknown; stderr: string } => {
    const { stdout, stderr } = runNode(`const place = (name) => ${JSON.stringify(`${folder}/`)} + name; const print = (value) => console.log(JSON.stringify(value)); (async () => {${script}})();`, { nodeOptions });
    return { printed: stdout === "" ? undefined : JSON.parse(stdout), stderr };
  };

  it("is unknown until a handle is opened, for nothing is opened unasked", () => {
    const { printed } = run(`
      const fs = require("caio/fs");
      const before = ${inUse};
      const handle = await fs.open(place("file"), "w");
      await handle.close();
      print([before, ${inUse}]);
    `);
    expect(printed).deep.equal([[[true, "unknown", null]], [[true, "genuine", null]]]);
  });

  it("is Node's where the permission model leaves everything to Node", function () {
    const [flag] = ["--permission", "--experimental-permission"].filter((name) => process.allowedNodeEnvironmentFlags.has(name));
    if (flag === undefined) return this.skip();
    const { printed } = run(`print(${inUse});`, [flag, "--allow-fs-read=*"]);
    expect(printed).deep.equal([[true, "genuine", null]]);
    return undefined;
  });

  for (const description of ["kHandle", "kFd", "kRefs", "kClosePromise", "kRef", "kUnref"]) {
    it(`is caio's own where Node's has no ${description}, and says so`, () => {
      const { printed, stderr } = run(`
        ${hidden(description)}
        const fs = require("caio/fs");
        const handle = await fs.open(place("file-${description}"), "w+");
        await handle.write("some text");
        const counted = await fs.readFile(handle, "utf8");
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 5);
        const [{ size }] = await Promise.all([handle.stat(), handle.close()]);
        const nodes = await require("node:fs").promises.open(place("other"), "w");
        await nodes.close();
        print([handle instanceof nodes.constructor, counted, bytesRead, buffer.toString(), size, handle.fd, ${inUse}]);
      `);
      expect(stderr).equal("");
      expect(printed).deep.equal([false, "", 4, "text", 9, -1, [[true, "own", `this Node's FileHandle has no ${description}`]]]);
    });
  }

  it("being caio's own, streams, takes part in every function, and takes Node's beside it", () => {
    const { printed } = run(`
      ${hidden("kRefs")}
      const fs = require("caio/fs");
      const nodes = await require("node:fs").promises.open(place("both"), "w+");
      await fs.writeFile(nodes, "through Node's");
      await nodes.close();
      const ours = await fs.open(place("both"), "a+");
      await fs.appendFile(ours, ", and ours");
      const chunks = [];
      for await (const chunk of ours.createReadStream({ start: 0, autoClose: false })) chunks.push(chunk);
      const strange = await ours.write("x", "nowhere").catch((error) => error.code);
      const refused = await ours.read(Buffer.alloc(2), 5).catch((error) => error.code);
      await ours.close();
      const after = await ours.stat().catch(({ code, message }) => [code, message]);
      print([Buffer.concat(chunks).toString(), typeof strange, refused, after]);
    `);
    expect(printed).deep.equal(["through Node's, and ours", "object", "ERR_OUT_OF_RANGE", ["EBADF", "file closed"]]);
  });

  it("being caio's own, is closed with a warning when it is lost", () => {
    const { printed, stderr } = run(`
      ${hidden("kRefs")}
      const fs = require("caio/fs");
      const { fstatSync, statSync } = require("node:fs");
      const fd = await (async () => (await fs.open(place("lost"), "w")).fd)();
      const { ino } = statSync(place("lost"));
      const isOpen = () => { try { return fstatSync(fd).ino === ino; } catch { return false; } };
      for (let round = 0; round < 100 && isOpen(); round++) { gc(); await new Promise((resolve) => setTimeout(resolve, 10)); }
      print(isOpen());
    `, ["--expose-gc"]);
    expect(printed).equal(false);
    expect(stderr).match(/Closing file descriptor \d+ on garbage collection/);
  });
});
