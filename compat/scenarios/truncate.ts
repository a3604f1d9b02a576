import { readFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group, type Scenario } from "../scenario";
import { badLengths } from "../values";
import { withHandle } from "../with-handle";

const lengths = [0, 1, 5, 10, 4096, 100_000];

const ofPath = group("truncate", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.truncate(path, 2) });

  for (const length of lengths) {
    add(`makes ten bytes ${length}`, [26], async (fs, folder) => {
      const path = plant(folder, { file: "0123456789" });
      return { result: await fs.truncate(path, length), content: readFileSync(path) };
    });
  }

  add("empties without a length, and with undefined", [26], async (fs, folder) => {
    plant(folder, { one: "x", two: "x" });
    return [await fs.truncate(join(folder, "one")), await fs.truncate(join(folder, "two"), undefined)];
  });

  add("takes a negative length as 0", [26], async (fs, folder) => attempt(() => fs.truncate(plant(folder, { file: "x" }), -5)));

  add("refuses lengths that are none", [26], async (fs, folder) => {
    const path = plant(folder, { file: "0123456789" });
    return attemptEach(badLengths, (length) => fs.truncate(path, bad(length)));
  });

  add("grows beyond 4 GiB", [26, 35], async (fs, folder) => attempt(() => fs.truncate(plant(folder, { file: "x" }), 5 * 2 ** 30 + 1)));

  add("reports a directory", [7], async (fs, folder) => attempt(() => fs.truncate(plant(folder, { directory: {} }))));

  add("follows a link", [26], async (fs, folder) => {
    plant(folder, { file: "0123456789", way: link("file") });
    return attempt(() => fs.truncate(join(folder, "way"), 3));
  });

  add("reports a length that no file may have", [26], async (fs, folder) => attempt(() => fs.truncate(plant(folder, { file: "x" }), Number.MAX_SAFE_INTEGER)));
});

const ofHandle = group("FileHandle.truncate", (add) => {
  for (const length of lengths) {
    add(`makes ten bytes ${length}`, [26], async (fs, folder) => {
      const path = plant(folder, { file: "0123456789" });
      return withHandle(fs, path, "r+", async (handle) => ({ result: await handle.truncate(length), content: readFileSync(path) }));
    });
  }

  add("empties without a length", [26], async (fs, folder) => withHandle(fs, plant(folder, { file: "x" }), "r+", (handle) => attempt(() => handle.truncate())));

  add("takes a negative length as 0", [26], async (fs, folder) => withHandle(fs, plant(folder, { file: "x" }), "r+", (handle) => attempt(() => handle.truncate(-1))));

  add("refuses lengths that are none", [26], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r+", (handle) => attemptEach(badLengths, (length) => handle.truncate(bad(length)))),
  );

  add("reports a handle that cannot write", [4, 26], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", (handle) => attempt(() => handle.truncate(0))),
  );

  add("leaves the cursor where it is", [26, 30], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r+", async (handle) => {
      await handle.read(Buffer.alloc(4), 0, 4);
      await handle.truncate(6);
      return handle.read(Buffer.alloc(4), 0, 4);
    }),
  );
});

export default [...ofPath, ...ofHandle] satisfies Scenario[];
