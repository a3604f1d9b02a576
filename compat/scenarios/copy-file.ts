import { chmodSync, constants, linkSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { modeOf, timesOf } from "../attributes";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, pattern, plant } from "../plant";
import { group } from "../scenario";
import { badUrls, notPaths, pathsWithNul } from "../values";

const { COPYFILE_EXCL, COPYFILE_FICLONE, COPYFILE_FICLONE_FORCE } = constants;

const sizes = [0, 1, 4095, 4096, 65_537, 1_000_003, 5_000_000];

export default group("copyFile", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path, folder) => fs.copyFile(path, join(folder, "the copy")) });

  add("refuses a destination that is none", [11, 14, 15, 16], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attemptEach([...notPaths, ...pathsWithNul, ...badUrls], (dest) => fs.copyFile(path, bad(dest)));
  });

  add("checks the source first, then the destination, then the mode", [14, 19], async (fs, folder) => ({
    source: await attempt(() => fs.copyFile(bad(1), bad(2), 8)),
    destination: await attempt(() => fs.copyFile(join(folder, "missing"), bad(2), 8)),
    mode: await attempt(() => fs.copyFile(join(folder, "missing"), join(folder, "none/new"), 8)),
  }));

  add("refuses modes out of range and of another type", [11, 19], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const modes = [
      ["-1", -1],
      ["8", 8],
      ["2^31", 2 ** 31],
      ["1.5", 1.5],
      ["NaN", Number.NaN],
      ["string", "1"],
      ["object", {}],
      ["boolean", true],
      ["bigint", 1n],
      ["function", (): void => undefined],
    ] as const;
    return attemptEach(modes, (mode) => fs.copyFile(path, join(folder, "copy"), bad(mode)));
  });

  add("takes null, undefined and -0 as no mode", [19], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attempts({
      null: () => fs.copyFile(path, join(folder, "one"), bad(null)),
      undefined: () => fs.copyFile(path, join(folder, "two"), undefined),
      "-0": () => fs.copyFile(path, join(folder, "three"), -0),
    });
  });

  for (const size of sizes) {
    add(`copies ${size} bytes`, [59], async (fs, folder) => {
      const path = plant(folder, { file: pattern(size) });
      const result = await fs.copyFile(path, join(folder, "copy"));
      return { result, equal: readFileSync(path).equals(readFileSync(join(folder, "copy"))) };
    });
  }

  add("copies a file with holes", [59], async (fs, folder) => {
    const path = plant(folder, { file: "begin" });
    truncateSync(path, 3_000_000);
    writeFileSync(path, "end", { flag: "a" });
    await fs.copyFile(path, join(folder, "copy"));
    return readFileSync(path).equals(readFileSync(join(folder, "copy")));
  });

  for (const mode of [0o644, 0o600, 0o444, 0o000, 0o777, 0o6751, 0o1777, 0o2755]) {
    add(`gives the copy the mode ${mode.toString(8)}`, [49, 59], async (fs, folder) => {
      const path = plant(folder, { file: "x", there: "longer than that" });
      chmodSync(path, mode);
      chmodSync(join(folder, "there"), 0o640);
      await fs.copyFile(path, join(folder, "copy"));
      await fs.copyFile(path, join(folder, "there"));
      return [modeOf(join(folder, "copy")), modeOf(join(folder, "there"))];
    });
  }

  add("gives the copy times of its own", [59], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    await fs.utimes(path, 1000, 1000);
    await fs.copyFile(path, join(folder, "copy"));
    return timesOf(join(folder, "copy"))[1] > 10n ** 18n;
  });

  add("replaces what is there, shorter and longer", [59], async (fs, folder) => {
    plant(folder, { file: "0123456789", shorter: "x", longer: pattern(10_000), program: "#!" });
    linkSync(join(folder, "longer"), join(folder, "second name"));
    return attempts({
      shorter: () => fs.copyFile(join(folder, "file"), join(folder, "shorter")),
      longer: () => fs.copyFile(join(folder, "file"), join(folder, "longer")),
    });
  });

  add("leaves with EXCL what is there", [2, 59], async (fs, folder) => {
    plant(folder, { file: "new", there: "old", dangling: link("nowhere") });
    return attempts({
      there: () => fs.copyFile(join(folder, "file"), join(folder, "there"), COPYFILE_EXCL),
      dangling: () => fs.copyFile(join(folder, "file"), join(folder, "dangling"), COPYFILE_EXCL),
      itself: () => fs.copyFile(join(folder, "file"), join(folder, "file"), COPYFILE_EXCL),
      new: () => fs.copyFile(join(folder, "file"), join(folder, "new"), COPYFILE_EXCL),
    });
  });

  add("shares blocks or copies with FICLONE", [59], async (fs, folder) => {
    const path = plant(folder, { file: pattern(100_000) });
    return attempts({
      plain: () => fs.copyFile(path, join(folder, "copy"), COPYFILE_FICLONE),
      exclusive: () => fs.copyFile(path, join(folder, "copy2"), COPYFILE_FICLONE | COPYFILE_EXCL),
      there: () => fs.copyFile(path, join(folder, "copy"), COPYFILE_FICLONE | COPYFILE_EXCL),
    });
  });

  add("shares blocks or fails with FICLONE_FORCE", [2, 59], async (fs, folder) => {
    plant(folder, { file: pattern(100_000), there: "old" });
    return attempts({
      new: () => fs.copyFile(join(folder, "file"), join(folder, "copy"), COPYFILE_FICLONE_FORCE),
      there: () => fs.copyFile(join(folder, "file"), join(folder, "there"), COPYFILE_FICLONE_FORCE),
      all: () => fs.copyFile(join(folder, "file"), join(folder, "copy2"), COPYFILE_FICLONE_FORCE | COPYFILE_FICLONE | COPYFILE_EXCL),
    });
  });

  add("reports with FICLONE_FORCE another file system", [2, 59], async (fs, folder) =>
    attempt(() => fs.copyFile("/proc/version", join(folder, "copy"), COPYFILE_FICLONE_FORCE)),
  );

  add("does nothing between names of one file", [59], async (fs, folder) => {
    const path = plant(folder, { file: "content", way: link("file") });
    linkSync(path, join(folder, "second"));
    return attempts({
      self: () => fs.copyFile(path, path),
      second: () => fs.copyFile(path, join(folder, "second")),
      way: () => fs.copyFile(path, join(folder, "way")),
      back: () => fs.copyFile(join(folder, "way"), path),
    });
  });

  add("reports a directory on either side", [2, 59], async (fs, folder) => {
    plant(folder, { file: "x", directory: {}, another: { inner: "x" } });
    return attempts({
      from: () => fs.copyFile(join(folder, "directory"), join(folder, "copy")),
      onto: () => fs.copyFile(join(folder, "directory"), join(folder, "file")),
      to: () => fs.copyFile(join(folder, "file"), join(folder, "directory")),
      both: () => fs.copyFile(join(folder, "directory"), join(folder, "another")),
    });
  });

  add("shows both paths, as text", [2, 5], async (fs, folder) => {
    plant(folder, { file: "x" });
    return attempts({
      source: () => fs.copyFile(join(folder, "missing"), join(folder, "copy")),
      destination: () => fs.copyFile(join(folder, "file"), join(folder, "none/copy")),
      throughFile: () => fs.copyFile(join(folder, "file"), join(folder, "file/copy")),
      bytes: () => fs.copyFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]), Buffer.from(join(folder, "copy"))),
    });
  });

  add("follows links on both sides", [59], async (fs, folder) => {
    plant(folder, { file: "content", from: link("file"), there: "old", to: link("there"), dangling: link("made") });
    return attempts({
      from: () => fs.copyFile(join(folder, "from"), join(folder, "copy")),
      to: () => fs.copyFile(join(folder, "file"), join(folder, "to")),
      dangling: () => fs.copyFile(join(folder, "file"), join(folder, "dangling")),
    });
  });

  add("copies nothing of files that tell no size", [59], async (fs, folder) => {
    const outcome = await attempt(() => fs.copyFile("/proc/version", join(folder, "copy")));
    return { outcome, size: statSync(join(folder, "copy")).size };
  });

  add("copies between file systems", [59], async (fs, folder) => {
    const other = join("/dev/shm", `caio-compat-${process.pid}`);
    const path = plant(folder, { file: pattern(300_000) });
    try {
      await fs.copyFile(path, other);
      await fs.copyFile(other, join(folder, "back"));
    } finally {
      await fs.rm(other, { force: true });
    }
    return readFileSync(path).equals(readFileSync(join(folder, "back")));
  });

  add("copies many at once", [59], async (fs, folder) => {
    const path = plant(folder, { file: pattern(50_000) });
    await Promise.all(Array.from({ length: 30 }, (_, index) => fs.copyFile(path, join(folder, `copy${index}`))));
    return undefined;
  });

  add("copies both Buffer paths at the call", [36], async (fs, folder) => {
    const from = Buffer.from(plant(folder, { file: "x" }));
    const to = Buffer.from(join(folder, "copy"));
    const promise = fs.copyFile(from, to);
    from.fill(0x78);
    to.fill(0x78);
    return promise;
  });
});
