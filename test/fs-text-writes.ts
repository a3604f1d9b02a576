/** A long text is encoded into memory that serves the next one as soon as it is written. */

import { expect } from "chai";
import nodeFs from "node:fs";
import { eachFileSystem } from "./fs-matrix";
import { rejection } from "./rejection";

const pieces = ["plain, ", "schöne Grüße, ", "速い 𝄞 ", "half \ud800 "];
/** Around the length from which on a text is long, those of memory in steps of 1 KiB and of 64, and more than one write. */
const lengths = [4095, 4096, 20_000, 70_000, 600_000];
const texts = pieces.flatMap((piece, index) => lengths.map((length) => (String(index) + piece).repeat(length).slice(0, length)));
const isWhole = (file: string, text: string): boolean => nodeFs.readFileSync(file).equals(Buffer.from(text));

eachFileSystem("long texts", ({ fs, place }) => {
  it("that are written together come out whole, by name and by handle", async () => {
    const numbered = texts.map((text, index) => ({ text, name: (way: string) => place(`${way}-${index}`) }));
    await Promise.all(
      numbered.map(async ({ text, name }) => {
        const handle = await fs.open(name("handle"), "w");
        const { bytesWritten, buffer } = await handle.write(text, 0);
        await handle.truncate(0);
        await handle.appendFile(text); // at the cursor, which has not moved
        await Promise.all([fs.writeFile(name("file"), text), fs.appendFile(name("appended"), text), handle.close()]);
        expect([buffer === text, bytesWritten]).deep.equal([true, Buffer.byteLength(text)]);
      }),
    );
    for (const { text, name } of numbered) {
      expect(["file", "appended", "handle"].map((way) => isWhole(name(way), text))).deep.equal([true, true, true]);
      for (const way of ["file", "appended", "handle"]) nodeFs.unlinkSync(name(way));
    }
  });

  it("in other encodings are the bytes of Buffer.from()", async () => {
    for (const encoding of ["latin1", "utf16le", "hex", "base64", "UTF-8"] as BufferEncoding[]) {
      const text = "abcdef0123".repeat(2000);
      await fs.writeFile(place("encoded"), text, encoding);
      expect(nodeFs.readFileSync(place("encoded")).equals(Buffer.from(text, encoding)), encoding).true;
    }
  });

  it("that cannot be written leave the next one alone", async () => {
    const text = "x".repeat(100_000);
    const controller = new AbortController();
    const failing = [fs.writeFile(place("missing/file"), text), fs.writeFile(place("aborted"), text.repeat(20), { signal: controller.signal })];
    const next = fs.writeFile(place("next"), "y".repeat(100_000));
    controller.abort();
    const codes = (await Promise.all(failing.map(rejection))).map((error) => (error as NodeJS.ErrnoException).code);
    await next;
    expect(codes).deep.equal(["ENOENT", "ABORT_ERR"]);
    expect(isWhole(place("next"), "y".repeat(100_000))).true;
  });

  it("are nobody else's memory while they are on their way", async () => {
    const first = "a".repeat(300_000);
    for (let round = 0; round < 20; round++) {
      const writing = fs.writeFile(place("on-its-way"), first);
      // Each takes what is free.
      await Promise.all(["b", "c", "d"].map((letter) => fs.writeFile(place(letter), letter.repeat(300_000))));
      await writing;
      expect(isWhole(place("on-its-way"), first)).true;
    }
  });
});
