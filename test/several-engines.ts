import { expect } from "chai";
import nodeFs from "node:fs";
import path from "node:path";
import { createFs } from "caio";
import { eachCell } from "./matrix";

const rounds = 200;

/** So many at a time, each of which goes on to the other engine when one has answered. */
async function inTurns(depth: number, one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<number> {
  let done = 0;
  const lane = async (index: number): Promise<void> => {
    for (let round = 0; round < rounds; round++, done++) await ((round + index) % 2 === 0 ? one() : other());
  };
  await Promise.all(Array.from({ length: depth }, (_, index) => lane(index)));
  return done;
}

eachCell("Several engines", (cell) => {
  // Nothing else turns the event loop here: what nobody looked at would wait for mocha's timer.
  for (const depth of [1, 2, 8, 64])
    it(`serve each other's callers, ${depth} at a time`, async () => {
      const { backend, tryNow } = cell;
      await using one = createFs({ backend, tryNow });
      await using other = createFs({ backend, tryNow });
      const context = cell.context();
      const file = path.join(cell.folder(), "file");
      const content = Buffer.alloc(4096, 7);
      nodeFs.writeFileSync(file, content);
      const fd = cell.file(content);
      const begin: [() => Promise<unknown>, () => Promise<unknown>][] = [
        [() => one.stat(file), () => other.stat(file)],
        [() => one.utimes(file, 1, 2), () => other.utimes(file, 1, 2)],
        [() => one.stat(file), () => other.utimes(file, 1, 2)],
        [() => one.readFile(file), () => context.read(4096, fd, 0)],
        [() => one.chmod(file, 0o600), () => context.fdsync(fd)],
      ];
      for (const [first, second] of begin) expect(await inTurns(depth, first, second)).equal(rounds * depth);
    });
});
