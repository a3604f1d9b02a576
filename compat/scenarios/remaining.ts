/** One ordinary call of every other function: whoever serves it, a program that has changed its import runs. */

import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { attempt } from "../attempt";
import { link, plant } from "../plant";
import { group, type Fs, type Scenario } from "../scenario";

const ordinary: Record<string, readonly [covers: readonly number[], call: (fs: Fs, folder: string) => Promise<unknown>]> = {
  watch: [
    [11],
    async (fs, folder) => {
      const controller = new AbortController();
      const watching = attempt(async () => {
        for await (const event of fs.watch(folder, { signal: controller.signal })) return event.eventType;
        return "ended";
      });
      controller.abort();
      return watching;
    },
  ],
};

const functions = Object.entries(ordinary).flatMap(([name, [covers, call]]) =>
  group(name, (add) => {
    add("does an ordinary job", covers, async (fs, folder) => {
      plant(folder, { file: "content", tree: { inner: { a: "1" }, b: "2" }, way: link("file") });
      return attempt(() => call(fs, folder));
    });

    add("reports a missing file", [1, 2, 3], async (fs, folder) => {
      if (name === "watch") return "not about this function";
      return attempt(() => call(fs, join(folder, "none")));
    });
  }),
);

const chains = group("program", (add) => {
  add("walks, copies, renames and removes a tree", [53, 55, 58], async (fs, folder) => {
    plant(folder, { source: { a: { one: "1", two: "22" }, b: {}, three: "333" } });
    symlinkSync("three", join(folder, "source", "way"));
    const copy = async (from: string, to: string): Promise<number> => {
      await fs.mkdir(to, { recursive: true });
      let files = 0;
      for (const entry of await fs.readdir(from, { withFileTypes: true })) {
        if (entry.isDirectory()) files += await copy(join(from, entry.name), join(to, entry.name));
        else if (entry.isFile()) {
          await fs.writeFile(join(to, entry.name), await fs.readFile(join(from, entry.name)));
          files += 1;
        }
      }
      return files;
    };
    const files = await copy(join(folder, "source"), join(folder, "x/y/copy"));
    await fs.rename(join(folder, "x/y/copy"), join(folder, "moved"));
    await fs.rm(join(folder, "source"), { recursive: true });
    await fs.rmdir(join(folder, "x/y"));
    await fs.unlink(join(folder, "moved/three"));
    return files;
  });

  add("edits one file by many handles", [30, 38], async (fs, folder) => {
    const path = plant(folder, { file: "................" });
    const handles = await Promise.all([fs.open(path, "r+"), fs.open(path, "r+"), fs.open(path, "a")]);
    await handles[0].write("AA");
    await handles[1].write("BBB", 4);
    await handles[2].write("end");
    const seen = await handles[1].read(Buffer.alloc(32), 0, 32, 0);
    await Promise.all(handles.map((handle) => handle.close()));
    return seen;
  });
});

export default [...functions, ...chains] satisfies Scenario[];
