import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { attempts } from "../attempt";
import { bad } from "../bad";
import { addEncodingScenarios } from "../encodings";
import { addOptionsScenarios } from "../options";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";

/** Every good path leads to a link. */
function putLink(path: unknown): void {
  try {
    symlinkSync("target", bad(path));
  } catch {
    // There is no place for one.
  }
}

export default group("readlink", (add) => {
  addPathScenarios(add, {
    wants: "nothing",
    call: (fs, path) => {
      putLink(path);
      return fs.readlink(path);
    },
  });

  addOptionsScenarios(add, {
    prepare: (folder) => plant(folder, { way: link("file") }),
    call: (fs, folder, options) => fs.readlink(join(folder, "way"), bad<BufferEncoding>(options)),
  });

  addEncodingScenarios(add, {
    prepare: (folder, name) => symlinkSync(name, join(folder, "way")),
    call: (fs, folder, options) => fs.readlink(join(folder, "way"), bad<BufferEncoding>(options)),
  });

  add("tells what is written, wherever it leads", [14], async (fs, folder) => {
    plant(folder, { file: "x", relative: link("file"), dangling: link("../no/./where//"), twice: link("relative"), absolute: link("/") });
    return attempts({
      relative: () => fs.readlink(join(folder, "relative")),
      dangling: () => fs.readlink(join(folder, "dangling")),
      twice: () => fs.readlink(join(folder, "twice")),
      absolute: () => fs.readlink(join(folder, "absolute")),
    });
  });

  add("reports a file, a directory and what is missing", [1, 3], async (fs, folder) => {
    plant(folder, { file: "x", directory: {} });
    return attempts({
      file: () => fs.readlink(join(folder, "file")),
      directory: () => fs.readlink(join(folder, "directory")),
      missing: () => fs.readlink(join(folder, "missing")),
    });
  });

  add("reads a target of the greatest length", [14], async (fs, folder) => {
    const target = `${"n".repeat(99)}/`.repeat(40);
    symlinkSync(target, join(folder, "way"));
    return (await fs.readlink(join(folder, "way"))) === target;
  });

  add("reads links whose size is not known", [14], async (fs) => (await fs.readlink("/proc/self/exe")) === process.execPath);

  add("reads many at once", [14], async (fs, folder) => {
    const links = Array.from({ length: 30 }, (_, index) => plant(folder, { [`way${index}`]: link(`target ${index}`) }));
    return Promise.all(links.map((path) => fs.readlink(path)));
  });
});
