import { expect } from "chai";
import path from "node:path";
import { createFs } from "caio";
import { eachCell } from "./matrix";
import { rejection } from "./rejection";

eachCell("The stack of an error", (cell) => {
  it("leads to the caller's line, of functions, FileHandles and contexts", async () => {
    await using fs = createFs({ backend: cell.backend, tryNow: cell.tryNow, maxOpenFiles: 8 });
    const missing = path.join(cell.folder(), "missing");
    const context = cell.context();
    const handle = await fs.open(path.join(cell.folder(), "written-only"), "w");
    async function callerOfReadFile(): Promise<void> {
      await fs.readFile(missing);
    }
    async function callerOfRead(): Promise<void> {
      await handle.read(Buffer.alloc(4), 0, 4, 0);
    }
    async function callerOfContext(): Promise<void> {
      await context.read(4, handle.fd, 0);
    }
    for (const caller of [callerOfReadFile, callerOfRead, callerOfContext])
      expect((await rejection(caller())).stack, caller.name).match(new RegExp(`at (async )?${caller.name} .*error-stacks`));
    await handle.close();
  });
});
