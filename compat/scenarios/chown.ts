import { join } from "node:path";
import { attempt, attemptEach } from "../attempt";
import { modeOf, ownerOf } from "../attributes";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group, type Scenario } from "../scenario";
import { O_PATH, withHandle } from "../with-handle";

const ids = [
  ["0", 0],
  ["1000", 1000],
  ["2^31", 2 ** 31],
  ["2^32 - 2", 2 ** 32 - 2],
  ["2^32 - 1", 2 ** 32 - 1],
  ["-1", -1],
  ["-0", -0],
] as const;

const unfit = [
  ["-2", -2],
  ["2^32", 2 ** 32],
  ["1.5", 1.5],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["string", "0"],
  ["undefined", undefined],
  ["null", null],
  ["object", {}],
  ["boolean", true],
  ["bigint", 0n],
  ["symbol", Symbol("id")],
] as const;

const ofPath = group("chown", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.chown(path, 0, 0) });

  for (const [label, id] of ids) {
    add(`takes ${label}`, [24], async (fs, folder) => {
      const path = plant(folder, { file: "x" });
      const user = await attempt(() => fs.chown(path, id, 7));
      const after = ownerOf(path);
      return { user, after, group: await attempt(() => fs.chown(path, 8, id)), then: ownerOf(path) };
    });
  }

  add("refuses users and groups that are none", [11, 24], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return {
      user: await attemptEach(unfit, (id) => fs.chown(path, bad(id), 0)),
      group: await attemptEach(unfit, (id) => fs.chown(path, 0, bad(id))),
      owner: ownerOf(path),
    };
  });

  add("checks the path first, then the user, then the group", [14, 24], async (fs, folder) => ({
    path: await attempt(() => fs.chown(bad(1), -2, -3)),
    user: await attempt(() => fs.chown(join(folder, "missing"), -2, -3)),
    group: await attempt(() => fs.chown(join(folder, "missing"), 0, -3)),
  }));

  add("follows a link, and reports one that leads nowhere", [3, 24], async (fs, folder) => {
    plant(folder, { file: "x", way: link("file"), dangling: link("nowhere") });
    return {
      way: await attempt(() => fs.chown(join(folder, "way"), 11, 12)),
      owners: [ownerOf(join(folder, "file")), ownerOf(join(folder, "way"))],
      dangling: await attempt(() => fs.chown(join(folder, "dangling"), 11, 12)),
    };
  });

  add("takes setuid away as the kernel does", [24], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    await fs.chmod(path, 0o6755);
    await fs.chown(path, 3, 4);
    return modeOf(path);
  });
});

const ofLink = group("lchown", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.lchown(path, 0, 0) });

  for (const [label, id] of ids) {
    add(`takes ${label}`, [24], async (fs, folder) => {
      const path = plant(folder, { way: link("nowhere") });
      const user = await attempt(() => fs.lchown(path, id, 7));
      const after = ownerOf(path);
      return { user, after, group: await attempt(() => fs.lchown(path, 8, id)), then: ownerOf(path) };
    });
  }

  add("refuses users and groups that are none", [11, 24], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return { user: await attemptEach(unfit, (id) => fs.lchown(path, bad(id), 0)), group: await attemptEach(unfit, (id) => fs.lchown(path, 0, bad(id))) };
  });

  add("changes the link and not the file", [24], async (fs, folder) => {
    plant(folder, { file: "x", way: link("file") });
    await fs.lchown(join(folder, "way"), 21, 22);
    return [ownerOf(join(folder, "file")), ownerOf(join(folder, "way"))];
  });
});

const ofHandle = group("FileHandle.chown", (add) => {
  for (const [label, id] of ids) {
    add(`takes ${label}`, [24], async (fs, folder) => {
      const path = plant(folder, { file: "x" });
      return withHandle(fs, path, "r", async (handle) => {
        const user = await attempt(() => handle.chown(id, 7));
        const after = ownerOf(path);
        return { user, after, group: await attempt(() => handle.chown(8, id)), then: ownerOf(path) };
      });
    });
  }

  add("refuses users and groups that are none", [11, 24], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", async (handle) => ({
      user: await attemptEach(unfit, (id) => handle.chown(bad(id), 0)),
      group: await attemptEach(unfit, (id) => handle.chown(0, bad(id))),
    })),
  );

  add("shows no path in its error", [3, 4], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), O_PATH, (handle) => attempt(() => handle.chown(1, 1))),
  );

  add("is refused after close", [63], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }), "r");
    await handle.close();
    return { good: await attempt(() => handle.chown(0, 0)), unfit: await attempt(() => handle.chown(-2, 0)) };
  });

  add("rejects on what is no handle", [65], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", (handle) => attempt(() => handle.chown.call(bad({}), 0, 0))),
  );
});

export default [...ofPath, ...ofLink, ...ofHandle] satisfies Scenario[];
