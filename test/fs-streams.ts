import { expect } from "chai";
import nodeFs from "node:fs";
import { pipeline } from "node:stream/promises";
import { eachFileSystem } from "./fs-matrix";

eachFileSystem("streams of a FileHandle", ({ fs, place }) => {
  it("go through the methods as they are found on the handle", async () => {
    nodeFs.writeFileSync(place("patched"), "0123456789");
    const handle = await fs.open(place("patched"));
    const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<unknown>;
    let calls = 0;
    Object.assign(handle, {
      read: (...args: unknown[]) => {
        calls++;
        return read(...args);
      },
    });
    let text = "";
    for await (const chunk of handle.createReadStream({ encoding: "utf8" })) text += chunk as string;
    expect(text).equal("0123456789");
    expect(calls).equal(2);
  });

  it("copy a file, and close the handles at their end", async () => {
    const content = Buffer.alloc(1_000_003, "all of it ");
    nodeFs.writeFileSync(place("from"), content);
    const from = await fs.open(place("from"));
    const to = await fs.open(place("to"), "w");
    await pipeline(from.createReadStream(), to.createWriteStream());
    expect(nodeFs.readFileSync(place("to")).equals(content)).true;
    await Promise.all([from.close(), to.close()]);
    expect([from.fd, to.fd]).deep.equal([-1, -1]);
  });

  it("read from the cursor without a start, and leave it alone with one", async () => {
    nodeFs.writeFileSync(place("start"), "0123456789");
    const handle = await fs.open(place("start"));
    const collect = async (options: object): Promise<string> => {
      let text = "";
      for await (const chunk of handle.createReadStream({ encoding: "utf8", autoClose: false, ...options }))
        text += chunk as string;
      return text;
    };
    await handle.read(Buffer.alloc(2));
    expect(await collect({ start: 7 })).equal("789");
    expect(await collect({})).equal("23456789");
    await handle.close();
  });

  it("are there as lines and as web streams", async () => {
    nodeFs.writeFileSync(place("lines"), "one\ntwo\nthree\n");
    const lines: string[] = [];
    for await (const line of (await fs.open(place("lines"))).readLines()) lines.push(line);
    expect(lines).deep.equal(["one", "two", "three"]);
    const handle = await fs.open(place("lines"));
    const chunks: Uint8Array[] = [];
    const web = handle.readableWebStream({ type: "bytes" } as never) as AsyncIterable<Uint8Array>;
    for await (const chunk of web) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).equal("one\ntwo\nthree\n");
    await handle.close();
  });
});
