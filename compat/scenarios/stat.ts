import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, statSync, Stats, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, pattern, plant } from "../plant";
import { group } from "../scenario";
import { addStatOptionScenarios } from "../stat-options";
import { differingFields } from "../stats";

export default group("stat", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.stat(path) });
  addStatOptionScenarios(add, (fs, path, options) => fs.stat(path, bad(options)));

  add("tells a file, a directory, a FIFO, a device and where a link leads", [51], async (fs, folder) => {
    plant(folder, { file: "12345", directory: {}, way: link("file") });
    execFileSync("mkfifo", [join(folder, "fifo")]);
    return {
      file: await fs.stat(join(folder, "file")),
      directory: (await fs.stat(join(folder, "directory"))).isDirectory(),
      link: await fs.stat(join(folder, "way")),
      fifo: await fs.stat(join(folder, "fifo")),
      device: (await fs.stat("/dev/null")).isCharacterDevice(),
    };
  });

  add("agrees with statSync in every field", [51, 52], async (fs, folder) => {
    const path = plant(folder, { file: pattern(70_000) });
    chmodSync(path, 0o4751);
    linkSync(path, join(folder, "second"));
    utimesSync(path, 1234567890.123, 1234567891.987);
    const stats = await fs.stat(path);
    return { differ: differingFields(stats, statSync(path)), atime: stats.atimeMs, mtime: stats.mtimeMs, date: stats.mtime, nlink: stats.nlink };
  });

  add("agrees with statSync in every field, in bigints", [51], async (fs, folder) => {
    const path = plant(folder, { file: pattern(70_000) });
    utimesSync(path, 1234567890.123, 1234567891.987);
    const stats = await fs.stat(path, { bigint: true });
    return { differ: differingFields(stats, statSync(path, { bigint: true })), atime: stats.atimeNs, mtime: stats.mtimeMs, stats };
  });

  add("keeps fractions of milliseconds and rounds Dates", [51], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    execFileSync("touch", ["-d", "@1234567890.123456789", path]);
    const plain = await fs.stat(path);
    const big = await fs.stat(path, { bigint: true });
    return { ms: plain.mtimeMs, date: plain.mtime, ns: big.mtimeNs, bigMs: big.mtimeMs, bigDate: big.mtime };
  });

  add("tells times before 1970", [51], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    execFileSync("touch", ["-d", "@-86400.25", path]);
    const plain = await fs.stat(path);
    const big = await fs.stat(path, { bigint: true });
    return { ms: plain.mtimeMs, date: plain.mtime, ns: big.mtimeNs, bigMs: big.mtimeMs };
  });

  add("gives instances of fs.Stats, and BigIntStats that are none", [51], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const plain = await fs.stat(path);
    const big = await fs.stat(path, { bigint: true });
    return {
      plain: plain instanceof Stats,
      sameClass: plain.constructor === statSync(path).constructor,
      big: big instanceof Stats,
      sameBigClass: big.constructor === statSync(path, { bigint: true }).constructor,
    };
  });

  add("takes any truthy or falsy bigint option as Node does", [51], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const options = [
      ["1", { bigint: 1 }],
      ["string", { bigint: "yes" }],
      ["false", { bigint: false }],
      ["undefined", { bigint: undefined }],
      ["empty", {}],
    ] as const;
    return attemptEach(options, (value) => fs.stat(path, bad(value)));
  });

  add("meets options of other types", [11, 20], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attempts({
      undefined: () => fs.stat(path, undefined),
      null: () => fs.stat(path, bad(null)),
      string: () => fs.stat(path, bad("utf8")),
      number: () => fs.stat(path, bad(1)),
      function: () => fs.stat(path, bad(() => undefined)),
    });
  });

  add("reads the bigint option at the call", [21], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    const options = { bigint: true };
    const promise = fs.stat(path, options);
    options.bigint = false;
    return (await promise).constructor.name;
  });

  add("takes no notice of frozen options", [21], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return attempt(() => fs.stat(path, Object.freeze({ bigint: true })));
  });

  add("tells sizes beyond 4 GiB", [35, 51], async (fs, folder) => {
    const path = plant(folder, { file: "" });
    execFileSync("truncate", ["-s", "5368709121", path]);
    return { plain: (await fs.stat(path)).size, big: (await fs.stat(path, { bigint: true })).size };
  });

  add("answers many at once, each with its own file's figures", [51], async (fs, folder) => {
    const names = Array.from({ length: 100 }, (_, index) => join(folder, `file-${index}`));
    for (const [index, name] of names.entries()) writeFileSync(name, "x".repeat(index));
    const all = await Promise.all(names.map((name) => fs.stat(name)));
    return all.map((stats) => stats.size);
  });

  add("keeps figures that arrived together apart", [51], async (fs, folder) => {
    const path = plant(folder, { small: "1", large: "1".repeat(1000) });
    const small = await fs.stat(path);
    const large = await fs.stat(join(folder, "large"));
    return { small: small.size, large: large.size, smallDate: small.mtime instanceof Date, same: small === large };
  });

  add("mixes hits and misses at once", [1], async (fs, folder) => {
    plant(folder, { there: "x" });
    const ends = await Promise.allSettled(Array.from({ length: 40 }, (_, index) => fs.stat(join(folder, index % 3 === 0 ? "there" : `missing-${index}`))));
    return ends.map((end) => (end.status === "fulfilled" ? end.value.size : String(end.reason)));
  });

  add("sees the file that a link's end names", [51], async (fs, folder) => {
    const path = plant(folder, { dangling: link("nowhere") });
    return attempt(() => fs.stat(path));
  });
});
