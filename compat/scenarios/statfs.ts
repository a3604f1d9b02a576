import { statfsSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";

/** What is left changes while we look; the rest is the file system's. */
const steady = ["type", "bsize", "frsize", "blocks", "files"];

function judge(stats: object, path: string, bigint: boolean): unknown {
  const known = statfsSync(path, { bigint }) as unknown as Record<string, unknown>;
  return {
    keys: Object.keys(stats),
    kinds: Object.values(stats).map((value) => typeof value),
    sameClass: Object.getPrototypeOf(stats) === Object.getPrototypeOf(known),
    class: stats.constructor.name,
    differ: steady.filter((name) => (stats as Record<string, unknown>)[name] !== known[name]),
  };
}

export default group("statfs", (add) => {
  addPathScenarios(add, {
    wants: "file",
    call: async (fs, path) => {
      const stats = await fs.statfs(path);
      return Object.keys(stats);
    },
  });

  for (const place of ["/", "/proc", "/dev", "/dev/shm", "/sys"]) {
    add(`tells about ${place}`, [52], async (fs) => ({
      plain: judge(await fs.statfs(place), place, false),
      big: judge(await fs.statfs(place, { bigint: true }), place, true),
    }));
  }

  add("tells about the file system of a file, and of where a link leads", [52], async (fs, folder) => {
    const path = plant(folder, { file: "x", proc: link("/proc") });
    return { file: judge(await fs.statfs(path), path, false), link: judge(await fs.statfs(join(folder, "proc")), "/proc", false) };
  });

  add("keeps what is left below what there is", [52], async (fs) => {
    const stats = await fs.statfs("/");
    return [stats.bfree <= stats.blocks, stats.bavail <= stats.bfree, stats.ffree <= stats.files];
  });

  add("meets options of every type", [11, 20], async (fs) => {
    const options = [
      ["undefined", undefined],
      ["null", null],
      ["empty", {}],
      ["string", "utf8"],
      ["number", 1],
      ["boolean", true],
      ["function", (): void => undefined],
      ["bigint: 1", { bigint: 1 }],
      ["bigint: false", { bigint: false }],
      ["bigint: true, inherited", Object.create({ bigint: true })],
    ] as const;
    return attemptEach(options, async (given) => judge(await fs.statfs("/proc", bad(given)), "/proc", (given as { bigint?: unknown } | undefined)?.bigint === true));
  });

  add("checks the path before the options", [14], async (fs) => attempt(() => fs.statfs(bad(1), bad(null))));

  add("reports a link that leads nowhere", [1, 3], async (fs, folder) => attempt(() => fs.statfs(plant(folder, { dangling: link("nowhere") }))));
});
