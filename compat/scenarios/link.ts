import { statSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";
import { badUrls, notPaths, pathsWithNul } from "../values";

export default group("link", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path, folder) => fs.link(path, join(folder, "second name")) });

  add("refuses a new path that is none", [11, 14, 15, 16], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attemptEach([...notPaths, ...pathsWithNul, ...badUrls], (to) => fs.link(path, bad(to)));
  });

  add("checks the existing path first", [14], async (fs) => attempt(() => fs.link(bad(1), bad(2))));

  add("gives one file two names", [2], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const result = await fs.link(path, join(folder, "second"));
    return { result, same: statSync(path).ino === statSync(join(folder, "second")).ino };
  });

  add("shows both paths of a missing file and of a missing folder", [2], async (fs, folder) => ({
    file: await attempt(() => fs.link(join(folder, "missing"), join(folder, "new"))),
    folder: await attempt(() => fs.link(plant(folder, { file: "x" }), join(folder, "none/new"))),
  }));

  add("shows both paths as text", [2, 5], async (fs, folder) =>
    attempt(() =>
      fs.link(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]), Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xfe])])),
    ),
  );

  add("reports a name that is taken", [2], async (fs, folder) => {
    plant(folder, { one: "1", two: "2", directory: {} });
    return {
      file: await attempt(() => fs.link(join(folder, "one"), join(folder, "two"))),
      itself: await attempt(() => fs.link(join(folder, "one"), join(folder, "one"))),
      directory: await attempt(() => fs.link(join(folder, "one"), join(folder, "directory"))),
    };
  });

  add("reports a directory", [2], async (fs, folder) => attempt(() => fs.link(plant(folder, { directory: {} }), join(folder, "second"))));

  add("links to a link itself", [2], async (fs, folder) => {
    plant(folder, { dangling: link("nowhere") });
    return attempt(() => fs.link(join(folder, "dangling"), join(folder, "second")));
  });

  add("reports another file system", [2], async (fs, folder) => attempt(() => fs.link(plant(folder, { file: "x" }), "/proc/caio-cannot-be-here")));

  add("copies both Buffer paths at the call", [36], async (fs, folder) => {
    const from = Buffer.from(plant(folder, { file: "x" }));
    const to = Buffer.from(join(folder, "second"));
    const promise = fs.link(from, to);
    from.fill(0x78);
    to.fill(0x78);
    return promise;
  });
});
