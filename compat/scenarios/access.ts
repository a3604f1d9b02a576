import { chmodSync, constants } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";

export default group("access", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.access(path) });

  add("resolves with undefined for every mode that root has", [19], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attempts({
      F_OK: () => fs.access(path, constants.F_OK),
      R_OK: () => fs.access(path, constants.R_OK),
      W_OK: () => fs.access(path, constants.W_OK),
      "R_OK | W_OK": () => fs.access(path, constants.R_OK | constants.W_OK),
    });
  });

  add("denies X_OK on a file without any x", [1, 3], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attempt(() => fs.access(path, constants.X_OK));
  });

  add("grants X_OK on a program and on a directory", [19], async (fs, folder) => {
    const path = plant(folder, { program: "x", directory: {} });
    chmodSync(path, 0o755);
    return attempts({
      program: () => fs.access(path, constants.X_OK),
      directory: () => fs.access(join(folder, "directory"), constants.X_OK | constants.R_OK),
    });
  });

  add("refuses modes out of range and of another type", [19], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const modes = [
      ["-1", -1],
      ["8", 8],
      ["2^31", 2 ** 31],
      ["1.5", 1.5],
      ["NaN", Number.NaN],
      ["string", "4"],
      ["object", {}],
      ["boolean", true],
      ["bigint", 4n],
    ] as const;
    return attemptEach(modes, (mode) => fs.access(path, bad(mode)));
  });

  add("takes null and undefined as F_OK", [19], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attempts({ null: () => fs.access(path, bad(null)), undefined: () => fs.access(path, undefined) });
  });

  add("refuses the mode before it looks for the file", [11, 19], async (fs, folder) => attempt(() => fs.access(join(folder, "missing"), 8)));

  add("reports a link that leads nowhere", [7], async (fs, folder) => {
    const path = plant(folder, { dangling: link("nowhere") });
    return attempt(() => fs.access(path));
  });
});
