import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, attemptEach } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { plant } from "../plant";
import { group } from "../scenario";
import { badUrls, notPaths, pathsWithNul } from "../values";

export default group("symlink", (add) => {
  addPathScenarios(add, { wants: "nothing", call: (fs, path) => fs.symlink("target", path) });

  add("refuses a target that is no path", [11, 13, 14, 15, 16], async (fs, folder) =>
    attemptEach([...notPaths, ...pathsWithNul, ...badUrls.filter(([label]) => label !== "lookalike")], (target) =>
      fs.symlink(bad(target), join(folder, "way")),
    ),
  );

  add("checks the target first", [14], async (fs) => attempt(() => fs.symlink(bad(1), bad(2))));

  add("writes every target down as it is given", [61], async (fs, folder) => {
    const targets = [
      ["relative", "file"],
      ["upwards", "../x/./y//z"],
      ["absolute", "/nowhere/at/all"],
      ["not ASCII", "füß-日本-🦉"],
      ["lone surrogate", "a\ud800b"],
      ["Buffer", Buffer.from("by buffer")],
      ["Uint8Array", new Uint8Array(Buffer.from("by array"))],
      ["file: text", "file:///x"],
      ["slash", "directory/"],
      ["long", `${"n".repeat(200)}/`.repeat(19)],
    ] as const;
    const seen: Record<string, unknown> = {};
    for (const [label, target] of targets) {
      const path = join(folder, label);
      seen[label] = [await attempt(() => fs.symlink(bad(target), path)), readlinkSync(path)];
    }
    return seen;
  });

  add("writes bytes down that are no UTF-8", [61], async (fs, folder) => {
    await fs.symlink(Buffer.from([0x66, 0xff, 0xfe]), join(folder, "way"));
    return readlinkSync(join(folder, "way"), { encoding: "hex" });
  });

  add("takes a URL as target", [61], async (fs, folder) => {
    await fs.symlink(pathToFileURL(join(folder, "with % and #")), join(folder, "way"));
    return readlinkSync(join(folder, "way"));
  });

  add("meets types of every kind", [11, 61], async (fs, folder) => {
    const types = [
      ["undefined", undefined],
      ["null", null],
      ["dir", "dir"],
      ["file", "file"],
      ["junction", "junction"],
      ["upper case", "DIR"],
      ["unknown", "zzz"],
      ["empty", ""],
      ["number", 1],
      ["object", {}],
      ["boolean", true],
      ["function", (): void => undefined],
    ] as const;
    let links = 0;
    return attemptEach(types, (type) => fs.symlink("target", join(folder, `way${links++}`), bad(type)));
  });

  add("shows the target as path and the link as dest", [2], async (fs, folder) => {
    plant(folder, { file: "x" });
    return {
      taken: await attempt(() => fs.symlink("target", join(folder, "file"))),
      folder: await attempt(() => fs.symlink("target", join(folder, "none/way"))),
      bytes: await attempt(() => fs.symlink(Buffer.from([0xff]), Buffer.from(join(folder, "none/way")))),
      url: await attempt(() => fs.symlink(pathToFileURL(join(folder, "x y")), join(folder, "none/way"))),
    };
  });

  add("reports an empty target and one that is too long", [2, 7], async (fs, folder) => ({
    empty: await attempt(() => fs.symlink("", join(folder, "way"))),
    long: await attempt(() => fs.symlink("n".repeat(5000), join(folder, "way"))),
  }));

  add("copies a Buffer target at the call", [36], async (fs, folder) => {
    const target = Buffer.from("target");
    const promise = fs.symlink(target, join(folder, "way"));
    target.fill(0x78);
    await promise;
    return readlinkSync(join(folder, "way"));
  });
});
