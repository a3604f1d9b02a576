import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attempts } from "../attempt";
import { bad } from "../bad";
import { addOptionsScenarios } from "../options";
import { pattern, plant } from "../plant";
import { addReadingScenarios } from "../reading-files";
import { group, type Scenario } from "../scenario";
import { withHandle } from "../with-handle";

const ofHandle = group("FileHandle.readFile", (add) => {
  addReadingScenarios(add, (fs, path, options) => withHandle(fs, path, "r", (handle) => handle.readFile(bad(options))));
  addOptionsScenarios(add, {
    prepare: (folder) => void plant(folder, { file: "some text: ä日" }),
    call: (fs, folder, options) => withHandle(fs, join(folder, "file"), "r", (handle) => handle.readFile(bad(options))),
  });

  add("reads from the cursor to the end and stays open", [42], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r", async (handle) => {
      await handle.read(Buffer.alloc(4), 0, 4);
      return [await handle.readFile("utf8"), await handle.readFile("utf8"), await handle.readFile(), handle.fd > 0, await handle.read(Buffer.alloc(2), 0, 2, 1)];
    }),
  );

  add("reads nothing beyond the end", [42], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r+", async (handle) => {
      await handle.read(Buffer.alloc(10));
      await handle.truncate(5);
      return attempts({ bytes: () => handle.readFile(), text: () => handle.readFile("utf8") });
    }),
  );

  add("takes no notice of a flag", [42], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r", (handle) => attempts({ w: () => handle.readFile(bad({ flag: "w", encoding: "utf8" })), bad: () => handle.readFile(bad({ flag: "nonsense" })) })),
  );

  add("reports a handle that cannot read, without a path", [4, 42], async (fs, folder) => withHandle(fs, join(folder, "new"), "w", (handle) => attempt(() => handle.readFile())));

  add("reads a file that has grown since it was opened", [39], async (fs, folder) => {
    const path = plant(folder, { file: "short" });
    return withHandle(fs, path, "r", async (handle) => {
      writeFileSync(path, pattern(10_000));
      return handle.readFile();
    });
  });

  add("reads large files from the cursor", [42], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: pattern(1_500_000) }), "r", async (handle) => {
      await handle.read(Buffer.alloc(700_001), 0, 700_001);
      return handle.readFile();
    }),
  );
});

const byFunction = group("readFile", (add) => {
  add("takes a FileHandle: from its cursor, staying open", [42], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r", async (handle) => {
      await handle.read(Buffer.alloc(3), 0, 3);
      return [await fs.readFile(handle), await fs.readFile(handle, "utf8"), handle.fd > 0];
    }),
  );

  add("takes a FileHandle with options of every kind", [42], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r", (handle) =>
      attempts({
        encoding: () => fs.readFile(handle, { encoding: "hex" }),
        flag: () => fs.readFile(handle, { flag: "w" }),
        aborted: () => fs.readFile(handle, { signal: AbortSignal.abort() }),
        bad: () => fs.readFile(handle, bad(5)),
      }),
    ),
  );
});

export default [...ofHandle, ...byFunction] satisfies Scenario[];
