import { expect } from "chai";
import nodeFs from "node:fs";
import nodePromises from "node:fs/promises";
import { eachFileSystem } from "./fs-matrix";
import { rejection } from "./rejection";

eachFileSystem("FileHandles of Node's making", ({ fs, place }) => {
  it("are read from their cursor, and stay open", async () => {
    nodeFs.writeFileSync(place("read"), "0123456789");
    const handle = await nodePromises.open(place("read"));
    await handle.read(Buffer.alloc(4));
    expect(await fs.readFile(handle, "utf8")).equal("456789");
    expect(await fs.readFile(handle)).deep.equal(Buffer.alloc(0));
    expect((await handle.stat()).size).equal(10);
    await handle.close();
  });

  it("are written at their cursor", async () => {
    const handle = await nodePromises.open(place("written"), "w");
    await fs.writeFile(handle, "one ");
    await fs.appendFile(handle, ["two ", "three "] as never);
    await fs.writeFile(handle, Buffer.from("four"));
    await handle.close();
    expect(nodeFs.readFileSync(place("written"), "utf8")).equal("one two three four");
  });

  it("are not closed under an operation", async () => {
    nodeFs.writeFileSync(place("busy"), Buffer.alloc(8 << 20, 3));
    const handle = await nodePromises.open(place("busy"));
    const reading = fs.readFile(handle);
    // The first use of a handle may look for Node's class first.
    await new Promise((resolve) => setImmediate(resolve));
    await handle.close();
    expect((await reading).length).equal(8 << 20);
  });

  it("are refused when closed, as Node refuses them", async () => {
    const handle = await nodePromises.open(place("closed"), "w");
    await handle.close();
    const said = ({ name, code, message }: Error & { code?: string }): unknown => ({ name, code, message });
    const [read, write] = [await rejection(nodePromises.readFile(handle)), await rejection(nodePromises.writeFile(handle, "x"))];
    expect(said(await rejection(fs.readFile(handle)))).deep.equal(said(read));
    expect(said(await rejection(fs.writeFile(handle, "x")))).deep.equal(said(write));
  });

  it("and caio's may be handed to Node's own functions", async () => {
    const handle = await fs.open(place("lent"), "w+");
    await nodePromises.writeFile(handle, "lent");
    expect(nodeFs.readFileSync(place("lent"), "utf8")).equal("lent");
    await handle.close();
  });
});
