import * as nodePromises from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, attemptEach, attempts } from "../attempt";
import { link, plant, type Plan } from "../plant";
import { group, type Fs, type Scenario } from "../scenario";

type Glob = (pattern?: unknown, options?: unknown) => AsyncIterable<unknown>;

const globOf = (fs: Fs): Glob => (fs as unknown as { glob: Glob }).glob;

const tree: Plan = { "a.txt": "1", "b.js": "2", deep: { "c.txt": "3", er: { "d.txt": "4" } }, way: link("deep"), ".hidden.txt": "" };

/** With withFileTypes, the folder itself is found, too: a name that no twin shares. */
const shownAs = (found: unknown, folder: string): string => {
  if (typeof found === "string") return found;
  const { parentPath, name } = found as { parentPath: string; name: string };
  const place = join(parentPath, name) === folder ? "the folder itself" : `${parentPath} ${name}`;
  return `${(found as object).constructor.name} ${place}`;
};

/** The order is the file system's affair. */
async function all(fs: Fs, ...args: Parameters<Glob>): Promise<string[]> {
  const found: string[] = [];
  for await (const one of globOf(fs)(...args)) found.push(shownAs(one, process.cwd()));
  return found.sort();
}

const scenarios = group("glob", (add) => {
  add("finds by patterns of every kind", [81], async (fs, folder) => {
    plant(folder, tree);
    const patterns = ["*.txt", "**/*.txt", "deep/**", "{a,b}.*", "nothing*", "./a.txt", "deep/../*.js", "way/*", ".*"];
    return attemptEach([...patterns.map((one) => [one, one] as const), ["several", ["*.js", "deep/*"]]], (given) => all(fs, given));
  });

  add("takes options of every kind", [20], async (fs, folder) => {
    plant(folder, tree);
    const cwd = join(folder, "deep");
    return attempts({
      cwd: () => all(fs, "**", { cwd }),
      url: () => all(fs, "**", { cwd: pathToFileURL(cwd) }),
      types: () => all(fs, "**", { withFileTypes: true }),
      excludeFunction: () => all(fs, "**/*.txt", { exclude: (name: unknown) => name === "er" }),
      excludePatterns: () => all(fs, "**/*.txt", { exclude: ["deep/er/**"] }),
      follow: () => all(fs, "**/*.txt", { followSymlinks: true }),
      absolute: () => all(fs, join(folder, "*.js")),
    });
  });

  add("refuses what is no pattern or option when it is first asked", [11, 23], async (fs, folder) => {
    plant(folder, tree);
    return attempts({
      returned: () => typeof globOf(fs)(5),
      number: () => all(fs, 5),
      nothing: () => all(fs),
      list: () => all(fs, [5]),
      options: () => all(fs, "*", 5),
      cwd: () => all(fs, "*", { cwd: 5 }),
      exclude: () => all(fs, "*", { exclude: 5 }),
      types: () => all(fs, "*", { withFileTypes: 5 }),
    });
  });

  add("can be left early, and finds nothing in a folder that is not there", [81], async (fs, folder) => {
    plant(folder, tree);
    const left = await attempt(async () => {
      for await (const one of globOf(fs)("*.js")) return one;
      return "nothing";
    });
    return { left, missing: await attempt(() => all(fs, "*", { cwd: join(folder, "none") })) };
  });
});

// Node has it from 22.0 on.
export default ("glob" in nodePromises ? scenarios : []) satisfies Scenario[];
