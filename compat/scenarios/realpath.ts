import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attempts } from "../attempt";
import { bad } from "../bad";
import { addEncodingScenarios, judgeName } from "../encodings";
import { addOptionsScenarios } from "../options";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";

export default group("realpath", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.realpath(path) });

  addOptionsScenarios(add, {
    prepare: (folder) => plant(folder, { file: "x", way: link("file") }),
    call: async (fs, folder, options) => {
      const found = await fs.realpath(join(folder, "way"), bad<BufferEncoding>(options));
      return judgeName(found, Buffer.from(realpathSync.native(join(folder, "file"))), "utf8");
    },
  });

  addEncodingScenarios(add, {
    prepare: (folder, name) => {
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]), "");
      symlinkSync(name, join(folder, "way"));
    },
    call: async (fs, folder, options) => {
      const found = await fs.realpath(join(folder, "way"), bad<BufferEncoding>(options));
      return judgeName(found, realpathSync.native(join(folder, "way"), "buffer"), options);
    },
  });

  add("takes away links, dots and double slashes", [5, 75], async (fs, folder) => {
    plant(folder, { real: { inner: { file: "x" } }, way: link("real/inner"), twice: link("way"), absolute: link(join(folder, "real")) });
    return attempts({
      way: () => fs.realpath(join(folder, "way/file")),
      twice: () => fs.realpath(join(folder, "twice")),
      absolute: () => fs.realpath(join(folder, "absolute/inner/../inner/file")),
      // A link's parent is where it leads, not where it lies.
      above: () => fs.realpath(`${folder}/way/../inner/./file`),
      slashes: () => fs.realpath(`${folder}//real///inner/`),
      relative: () => fs.realpath("real/inner"),
      here: () => fs.realpath("."),
      root: () => fs.realpath("/"),
      aboveRoot: () => fs.realpath("/../.."),
    });
  });

  add("asks whether all is there that the dots go back from", [5, 7], async (fs, folder) => {
    plant(folder, { real: { inner: { file: "x" }, "...": {}, ".hidden": "x", "..two": "x" } });
    const names = [
      "real/./inner//../inner/file", "real/inner/..", "real/inner/../", "real/inner/../..", "real/inner/./", "./real", "./.", ".//",
      "real/.../../inner", "real/.hidden", "real/..two", "real/missing/..", "real/missing/../inner", "real/inner/file/..", "real/inner/file/.",
      "real/inner/file/../file", "real/inner/file/", `${"real/inner/../../".repeat(20)}real`, `${"./".repeat(2500)}real`, `${"real/../".repeat(400)}real`,
    ];
    const calls = names.flatMap((name): [string, () => Promise<unknown>][] => [
      [`relative ${name}`, () => fs.realpath(name)],
      [`absolute ${name}`, () => fs.realpath(`${folder}/${name}`)],
      [`twice ${name}`, () => Promise.allSettled([fs.realpath(name), fs.realpath(`${folder}/${name}`)])],
    ]);
    return attempts(Object.fromEntries(calls));
  });

  add("reports links that lead nowhere, in a circle or beyond a file", [1, 3, 7], async (fs, folder) => {
    plant(folder, { file: "x", dangling: link("nowhere"), circle: link("round"), round: link("circle"), beyond: link("file/x") });
    return attempts({
      dangling: () => fs.realpath(join(folder, "dangling")),
      circle: () => fs.realpath(join(folder, "circle")),
      beyond: () => fs.realpath(join(folder, "beyond")),
      file: () => fs.realpath(join(folder, "file/")),
    });
  });

  add("goes through as many links as the system allows", [7], async (fs, folder) => {
    writeFileSync(join(folder, "link0"), "x");
    for (let index = 1; index <= 50; index += 1) symlinkSync(`link${index - 1}`, join(folder, `link${index}`));
    return attempts({ forty: () => fs.realpath(join(folder, "link40")), fifty: () => fs.realpath(join(folder, "link50")) });
  });

  add("finds a deep path", [5], async (fs, folder) => {
    const deep = `${"d".repeat(50)}/`.repeat(20);
    mkdirSync(join(folder, deep), { recursive: true });
    return attempt(() => fs.realpath(join(folder, deep)));
  });
});
