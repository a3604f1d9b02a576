import { expect } from "chai";
import nodeFs from "node:fs";
import { getEventListeners } from "node:events";
import { eachFileSystem } from "./fs-matrix";
import { rejection } from "./rejection";

const aborted = { name: "AbortError", code: "ABORT_ERR", message: "The operation was aborted" };

eachFileSystem("an AbortSignal", ({ fs, place }) => {
  it("that is aborted already stops everything, before anything", async () => {
    const signal = AbortSignal.abort("enough");
    expect(await rejection(fs.writeFile(place("never"), "x", { signal }))).include({ ...aborted, cause: "enough" });
    expect(await rejection(fs.readFile(place("never"), { signal }))).include({ ...aborted, cause: "enough" });
    expect(nodeFs.existsSync(place("never"))).false;
  });

  it("that is aborted right after the call stops readFile and writeFile", async () => {
    nodeFs.writeFileSync(place("source"), Buffer.alloc(1 << 20));
    nodeFs.writeFileSync(place("small"), "contents");
    const handle = await fs.open(place("source"));
    for (const call of [
      (signal: AbortSignal) => fs.readFile(place("source"), { signal }),
      (signal: AbortSignal) => fs.readFile(place("small"), { signal }),
      (signal: AbortSignal) => fs.readFile(place("small"), { signal, encoding: "utf8" }),
      (signal: AbortSignal) => fs.readFile(place("."), { signal }),
      (signal: AbortSignal) => handle.readFile({ signal } as never),
      (signal: AbortSignal) => fs.writeFile(place("target"), Buffer.alloc(1 << 20), { signal }),
      (signal: AbortSignal) => fs.appendFile(place("target"), ["a", "b"] as never, { signal } as never),
    ]) {
      const controller = new AbortController();
      const error = rejection(call(controller.signal));
      process.nextTick(() => controller.abort("late"));
      expect(await error).include({ ...aborted, cause: "late" });
    }
    await handle.close();
  });

  it("that is never aborted changes nothing, and nobody listens on it", async () => {
    const { signal } = new AbortController();
    await fs.writeFile(place("quiet"), ["a", "b"], { signal });
    const reading = fs.readFile(place("quiet"), { signal, encoding: "utf8" });
    expect(getEventListeners(signal, "abort")).deep.equal([]);
    expect(await reading).equal("ab");
  });
});
