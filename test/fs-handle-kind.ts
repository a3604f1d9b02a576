import { expect } from "chai";
import { once } from "node:events";
import nodeFs from "node:fs";
import nodePromises from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { runNode } from "./child";
import { eachFileSystem } from "./fs-matrix";

const reader = `
  const { parentPort } = require("node:worker_threads");
  parentPort.once("message", async (handle) => {
    const text = await handle.readFile("utf8");
    await handle.close();
    parentPort.postMessage([handle.constructor.name, text]);
  });
`;

eachFileSystem("a FileHandle of caio's", ({ fs, place }) => {
  it("is one of Node's, down to its keys", async () => {
    const [ours, nodes] = [await fs.open(place("kind"), "w"), await nodePromises.open(place("kind"))];
    expect(ours).instanceOf(nodes.constructor);
    expect(Reflect.ownKeys(ours).map(String)).deep.equal(Reflect.ownKeys(nodes).map(String));
    expect(ours.constructor.name).equal("FileHandle");
    await Promise.all([ours.close(), nodes.close()]);
  });

  it("goes where Node takes a FileHandle", async () => {
    nodeFs.writeFileSync(place("stream"), "through a stream");
    const handle = await fs.open(place("stream"));
    // The declaration asks for a path, which the handle replaces.
    const stream = nodeFs.createReadStream("", { fd: handle, encoding: "utf8" });
    const chunks: unknown[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.join("")).equal("through a stream");
    expect(handle.fd).equal(-1);
  });

  it("can be transferred to another thread, unless it is busy", async () => {
    nodeFs.writeFileSync(place("sent"), "sent to a thread");
    const handle = await fs.open(place("sent"));
    const worker = new Worker(reader, { eval: true });
    worker.postMessage(handle, [handle]);
    expect(handle.fd).equal(-1);
    const [answer] = (await once(worker, "message")) as [unknown];
    expect(answer).deep.equal(["FileHandle", "sent to a thread"]);
    await worker.terminate();

    nodeFs.writeFileSync(place("busy"), Buffer.alloc(8 << 20));
    const busy = await fs.open(place("busy"));
    const reading = busy.readFile();
    expect(() => structuredClone(busy, { transfer: [busy] as never })).throws("while in use");
    await reading;
    await busy.close();
  });
});

describe("a FileHandle of caio's that is lost unclosed", () => {
  it("is closed with Node's own warning", () => {
    const { stdout, stderr } = runNode(
      `const fs = require("caio/fs");
       const { fstatSync, statSync } = require("node:fs");
       (async () => {
         const fd = await (async () => (await fs.open("package.json")).fd)();
         for (let round = 0; round < 20; round++) {
           gc();
           await new Promise((resolve) => setTimeout(resolve, 10));
         }
         // The number may have been given to somebody else since.
         let open = false;
         try { open = fstatSync(fd).ino === statSync("package.json").ino; } catch {}
         console.log(open ? "open" : "closed");
       })();`,
      { nodeOptions: ["--expose-gc"] },
    );
    if (Number.parseInt(process.versions.node, 10) >= 25) expect(stderr).include("ERR_INVALID_STATE");
    else {
      expect(stderr).match(/Closing file descriptor \d+ on garbage collection/);
      expect(stdout.trim()).equal("closed");
    }
  });
});
