import { linkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";
import { badUrls, detachedView, notPaths, pathsWithNul } from "../values";

export default group("rename", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path, folder) => fs.rename(path, join(folder, "renamed")) });

  add("refuses a new path that is none", [11, 14], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attemptEach([...notPaths, ...pathsWithNul, ...badUrls], (to) => fs.rename(path, bad(to)));
  });

  add("checks the old path first", [14], async (fs, folder) =>
    attempts({
      types: () => fs.rename(bad(1), bad(2)),
      "before a detached array": () => fs.rename(new URL("file:///a%2Fb"), bad(detachedView(4))),
      "a detached array": () => fs.rename(bad(detachedView(4)), bad(2)),
      "a good one": () => fs.rename(join(folder, "missing"), bad(detachedView(4))),
    }),
  );

  add("shows both paths of a missing file", [2], async (fs, folder) => attempt(() => fs.rename(join(folder, "missing"), join(folder, "new"))));

  add("shows both paths as text", [2, 5], async (fs, folder) =>
    attempts({
      buffers: () => fs.rename(Buffer.from(join(folder, "missing")), Buffer.from(join(folder, "new"))),
      bytes: () => fs.rename(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]), Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xfe])])),
    }),
  );

  add("renames a file, a directory and a link", [2], async (fs, folder) => {
    plant(folder, { file: "x", directory: { inner: "y" }, way: link("file") });
    return attempts({
      file: () => fs.rename(join(folder, "file"), join(folder, "file2")),
      directory: () => fs.rename(join(folder, "directory"), join(folder, "directory2")),
      link: () => fs.rename(join(folder, "way"), join(folder, "way2")),
    });
  });

  add("replaces a file", [2], async (fs, folder) => {
    plant(folder, { from: "new", to: "old" });
    return attempt(() => fs.rename(join(folder, "from"), join(folder, "to")));
  });

  add("replaces an empty directory and reports a full one", [2], async (fs, folder) => {
    plant(folder, { one: { a: "1" }, two: { b: "2" }, empty: {}, full: { c: "3" } });
    return attempts({
      empty: () => fs.rename(join(folder, "one"), join(folder, "empty")),
      full: () => fs.rename(join(folder, "two"), join(folder, "full")),
    });
  });

  add("reports a file and a directory that would replace each other", [2], async (fs, folder) => {
    plant(folder, { file: "x", directory: {} });
    return attempts({
      fileToDirectory: () => fs.rename(join(folder, "file"), join(folder, "directory")),
      directoryToFile: () => fs.rename(join(folder, "directory"), join(folder, "file")),
    });
  });

  add("reports a directory moved into itself", [2], async (fs, folder) => {
    plant(folder, { directory: { inner: {} } });
    return attempt(() => fs.rename(join(folder, "directory"), join(folder, "directory/inner/x")));
  });

  add("does nothing between two names of one file", [2], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    linkSync(path, join(folder, "second"));
    return attempts({ self: () => fs.rename(path, path), second: () => fs.rename(path, join(folder, "second")) });
  });

  add("reports a new folder that is missing", [2], async (fs, folder) => attempt(() => fs.rename(plant(folder, { file: "x" }), join(folder, "none/new"))));

  add("reports another file system", [2], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attempt(() => fs.rename(path, "/proc/caio-cannot-be-here"));
  });

  add("copies both Buffer paths at the call", [36], async (fs, folder) => {
    const from = Buffer.from(plant(folder, { file: "x" }));
    const to = Buffer.from(join(folder, "moved"));
    const promise = fs.rename(from, to);
    from.fill(0x78);
    to.fill(0x78);
    return promise;
  });

  add("keeps two renames in a chain apart", [2], async (fs, folder) => {
    writeFileSync(join(folder, "a"), "a");
    for (let round = 0; round < 10; round += 1) {
      await fs.rename(join(folder, "a"), join(folder, "b"));
      await fs.rename(join(folder, "b"), join(folder, "a"));
    }
    return undefined;
  });
});
