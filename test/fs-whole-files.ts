import { expect } from "chai";
import nodeFs from "node:fs";
import { Readable } from "node:stream";
import { eachFileSystem } from "./fs-matrix";
import { isOneOfTwo } from "./matrix";
import { rejection } from "./rejection";

const table = "/proc/self/fd";

/** How many descriptors this process has of what lies in a folder; 0 where nobody tells. */
function openBelow(folder: string): number {
  if (!nodeFs.existsSync(table)) return 0;
  const targets = nodeFs.readdirSync(table).map((fd) => {
    try {
      return nodeFs.readlinkSync(`${table}/${fd}`);
    } catch {
      return ""; // the one that the listing itself had
    }
  });
  return targets.filter((target) => target.startsWith(folder)).length;
}

eachFileSystem("whole files", ({ cell, fs, place }) => {
  it("of every size go out and come back", async () => {
    for (const size of [0, 1, 511, 4096, 65_536, 65_537, 1 << 20, 5_000_001]) {
      const content = Buffer.alloc(size, `${size} `);
      await fs.writeFile(place("sized"), content);
      expect((await fs.readFile(place("sized"))).equals(content), String(size)).true;
      expect(await fs.readFile(place("sized"), "latin1"), String(size)).equal(content.toString("latin1"));
    }
  });

  it("of many pieces come in memory of their own, which may be given away", async () => {
    const content = Buffer.from(Uint32Array.from({ length: 2_500_001 }, (_, index) => Math.imul(index, 2654435761)).buffer);
    nodeFs.writeFileSync(place("large"), content);
    const handle = await fs.open(place("large"));
    for (const reading of [fs.readFile(place("large")), fs.readFile(place("large"), { signal: new AbortController().signal }), handle.readFile()]) {
      const bytes = await reading;
      expect(bytes.equals(content)).true;
      expect([bytes.byteOffset, bytes.buffer.byteLength]).deep.equal([0, content.length]);
      const given = structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      expect([bytes.length, Buffer.from(given).equals(content)]).deep.equal([0, true]);
    }
    await handle.close();
  });

  it("of many pieces are left alone when their signal fires", async () => {
    nodeFs.writeFileSync(place("large"), Buffer.alloc(16 << 20, "x"));
    const controller = new AbortController();
    const reading = rejection(fs.readFile(place("large"), { signal: controller.signal }));
    setImmediate(() => controller.abort());
    expect(await reading).include({ name: "AbortError", code: "ABORT_ERR" });
    expect(openBelow(place(""))).equal(0);
  });

  it("keep their text in every encoding", async () => {
    const text = "\ufeffhéllo ✓ 𝄞 ".repeat(30_000);
    for (const encoding of ["utf8", "UTF-8", "utf16le", "base64", "hex"] as BufferEncoding[]) {
      const given = Buffer.from(text).toString(encoding);
      await fs.writeFile(place("text"), given, encoding);
      expect((await fs.readFile(place("text"), encoding)) === given, encoding).true;
    }
  });

  it("are the text that Node makes of them, well-formed or not", async () => {
    const beginnings = ["", "plain ", "schöne Grüße ", "速い ", "𝄞 "].map((text) => Buffer.from(text));
    const endings = ["", "c3", "c3b6", "c380c3", "c080", "e0a0", "e29c93", "eda080", "f09d849e", "f48fbfbf", "f4908080", "fe", "80bf"];
    const contents = beginnings.flatMap((beginning) =>
      endings.flatMap((ending) => [1, 7, 9000].map((times) => Buffer.concat([...Array<Buffer>(times).fill(beginning), Buffer.from(ending, "hex")]))),
    );
    contents.forEach((content, index) => nodeFs.writeFileSync(place(`text-${index}`), content));
    const expected = contents.map((_, index) => nodeFs.readFileSync(place(`text-${index}`), "utf8"));
    for (let index = 0; index < contents.length; index++)
      expect((await fs.readFile(place(`text-${index}`), "utf8")) === expected[index], `${index}`).true;
    const together = await Promise.all(contents.map((_, index) => fs.readFile(place(`text-${index}`), "utf8")));
    expect(together.map((text, index) => text === expected[index])).not.include(false);
  });

  if (isOneOfTwo(cell))
    it("are that text whatever their length, and whoever reads them", async () => {
      const pieces = ["plain, and no more than that ", "schöne Grüße, ", "速い, and some 𝄞 ", "h\xe9llo"].map((text, index) => Buffer.from(text, index < 3 ? "utf8" : "latin1"));
      const handle = (): Promise<nodeFs.promises.FileHandle> => fs.open(place("long"));
      const lengths = [127 * 1024, 256 * 1024 + 1, 1 << 20, (4 << 20) + 3];
      // The largest as text of one byte a letter, and of two: what is ill-formed shows in less.
      const cases = [...pieces.flatMap((piece) => lengths.map((length) => ({ piece, length }))), ...pieces.slice(0, 2).map((piece) => ({ piece, length: 17 << 20 }))];
      for (const { piece, length } of cases) {
        nodeFs.writeFileSync(place("long"), Buffer.alloc(length, piece));
        const expected = nodeFs.readFileSync(place("long"), "utf8");
        const opened = await handle();
        const readings = [fs.readFile(place("long"), "utf8"), opened.readFile("utf8"), fs.readFile(place("long"), { encoding: "utf8", signal: new AbortController().signal })];
        expect((await Promise.all(readings)).map((text) => text === expected), `${piece.toString()} ${length}`).deep.equal([true, true, true]);
        const byBytes = nodeFs.readFileSync(place("long"), "latin1");
        expect((await fs.readFile(place("long"), "latin1")) === byBytes, `latin1 ${length}`).true;
        expect((await fs.readFile(place("long"), "binary")) === byBytes, `binary ${length}`).true;
        await opened.close();
      }
      expect(openBelow(place(""))).equal(0);
    });

  it("are that text of random bytes", async () => {
    const random = (length: number, among: readonly number[]): Buffer => Buffer.from(Array.from({ length }, () => among[Math.floor(Math.random() * among.length)] ?? 0));
    const beginnings = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xc3, 0xdf, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff];
    for (let round = 0; round < 200; round++) {
      const content = random(1 + Math.floor(Math.random() * 400), round % 2 === 0 ? beginnings : [0x41, 0xc3, 0xb6, 0x80]);
      nodeFs.writeFileSync(place("random"), content);
      expect(await fs.readFile(place("random"), "utf8"), content.toString("hex")).equal(content.toString());
    }
  });

  it("come from iterables and streams, and keep what a broken one gave", async () => {
    await fs.writeFile(place("pieces"), new Set(["a", "b"]));
    await fs.appendFile(place("pieces"), Readable.from([Buffer.from("c"), Buffer.from("d")]) as never);
    expect(nodeFs.readFileSync(place("pieces"), "utf8")).equal("abcd");
    const broken = (function* (): Generator<string> {
      yield "kept";
      throw new RangeError("mine");
    })();
    expect(await rejection(fs.writeFile(place("pieces"), broken))).instanceOf(RangeError);
    expect(nodeFs.readFileSync(place("pieces"), "utf8")).equal("kept");
  });

  it("without a size of their own are read to the end", async function () {
    if (!nodeFs.existsSync("/proc/self/status")) this.skip();
    expect(await fs.readFile("/proc/self/status", "utf8")).match(/^Name:/);
    expect((await fs.readFile("/dev/null")).length).equal(0);
  });

  it("of more than 2 GiB are refused before a byte is read", async () => {
    nodeFs.writeFileSync(place("huge"), "");
    nodeFs.truncateSync(place("huge"), 2 ** 31);
    const refused = { name: "RangeError", code: "ERR_FS_FILE_TOO_LARGE" };
    expect(await rejection(fs.readFile(place("huge")))).include(refused);
    const handle = await fs.open(place("huge"));
    expect(await rejection(handle.readFile())).include(refused);
    await handle.close();
    nodeFs.unlinkSync(place("huge"));
  });

  it("are not mixed by appends at the same time", async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `${String(index).repeat(100)}\n`);
    await Promise.all(lines.map((line) => fs.appendFile(place("log"), line)));
    const found = nodeFs.readFileSync(place("log"), "utf8").split(/(?<=\n)/);
    expect(found.sort()).deep.equal(lines.sort());
  });

  it("leave no descriptor open", async function () {
    if (!nodeFs.existsSync(table)) this.skip();
    await fs.writeFile(place("left"), ["x"]);
    await Promise.all([fs.readFile(place("left")), fs.truncate(place("left")), rejection(fs.readFile(place("")))]);
    await rejection(fs.writeFile(place("left"), [{}] as never));
    expect(openBelow(place(""))).equal(0);
  });
});
