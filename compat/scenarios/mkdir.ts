import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";
import { badModes, notBooleans } from "../values";

export default group("mkdir", (add) => {
  addPathScenarios(add, { wants: "nothing", call: (fs, path) => fs.mkdir(path) });

  add("resolves with undefined", [55], async (fs, folder) => attempt(() => fs.mkdir(join(folder, "made"))));

  add("reports what is there already", [1, 55], async (fs, folder) => {
    plant(folder, { directory: {}, file: "x", dangling: link("nowhere") });
    return attempts({
      directory: () => fs.mkdir(join(folder, "directory")),
      file: () => fs.mkdir(join(folder, "file")),
      dangling: () => fs.mkdir(join(folder, "dangling")),
      root: () => fs.mkdir("/"),
    });
  });

  for (const [label, mode] of [["number", 0o700], ["octal string", "751"], ["sticky", 0o1777], ["none", 0]] as const) {
    add(`passes a mode through the umask: ${label}`, [18, 49], async (fs, folder) => {
      process.umask(0o027);
      return attempts({
        plain: () => fs.mkdir(join(folder, "plain"), mode),
        option: () => fs.mkdir(join(folder, "option"), { mode }),
        recursive: () => fs.mkdir(join(folder, "a/b"), { mode, recursive: true }),
      });
    });
  }

  add("refuses modes that are none", [18], async (fs, folder) => attemptEach(badModes, (mode) => fs.mkdir(join(folder, "x"), { mode: bad(mode) })));

  add("meets a mode as second argument of every type", [18], async (fs, folder) =>
    attemptEach([["null", null], ["undefined", undefined], ["-1", -1], ["1.5", 1.5], ["bad string", "abc"], ["boolean", true]], (mode) =>
      fs.mkdir(join(folder, `m-${String(mode)}`), bad(mode)),
    ),
  );

  add("takes recursive strictly as a boolean", [23], async (fs, folder) =>
    attemptEach([...notBooleans, ["null", null], ["undefined", undefined]], (recursive) => fs.mkdir(join(folder, "x"), bad({ recursive }))),
  );

  add("recursive: resolves with the first directory made", [55], async (fs, folder) => {
    plant(folder, { there: {} });
    return attempts({
      three: () => fs.mkdir(join(folder, "a/b/c"), { recursive: true }),
      beneath: () => fs.mkdir(join(folder, "there/x/y"), { recursive: true }),
      one: () => fs.mkdir(join(folder, "one"), { recursive: true }),
      again: () => fs.mkdir(join(folder, "a/b/c"), { recursive: true }),
    });
  });

  add("recursive: resolves with a path like the one given", [55], async (fs, folder) =>
    attempts({
      relative: () => fs.mkdir("r1/r2", { recursive: true }),
      dotted: () => fs.mkdir("./d1/d2", { recursive: true }),
      up: () => fs.mkdir("u1/../u2/u3", { recursive: true }),
      slashes: () => fs.mkdir(`${folder}//s1///s2//`, { recursive: true }),
      slash: () => fs.mkdir(`${join(folder, "t1")}/`, { recursive: true }),
      buffer: () => fs.mkdir(Buffer.from(join(folder, "b1/b2")), { recursive: true }),
      url: () => fs.mkdir(pathToFileURL(join(folder, "l1/l2")), { recursive: true }),
      dot: () => fs.mkdir(".", { recursive: true }),
      empty: () => fs.mkdir("", { recursive: true }),
      root: () => fs.mkdir("/", { recursive: true }),
    }),
  );

  add("recursive: reports files in the way", [55], async (fs, folder) => {
    plant(folder, { file: "x", dangling: link("nowhere"), toFile: link("file") });
    return attempts({
      onFile: () => fs.mkdir(join(folder, "file"), { recursive: true }),
      inFile: () => fs.mkdir(join(folder, "file/a"), { recursive: true }),
      deepInFile: () => fs.mkdir(join(folder, "file/a/b/c"), { recursive: true }),
      onDangling: () => fs.mkdir(join(folder, "dangling"), { recursive: true }),
      inDangling: () => fs.mkdir(join(folder, "dangling/a"), { recursive: true }),
      onLinkToFile: () => fs.mkdir(join(folder, "toFile"), { recursive: true }),
    });
  });

  add("recursive: goes through links to directories", [55], async (fs, folder) => {
    plant(folder, { real: {}, way: link("real") });
    return attempts({
      onLink: () => fs.mkdir(join(folder, "way"), { recursive: true }),
      inLink: () => fs.mkdir(join(folder, "way/a/b"), { recursive: true }),
    });
  });

  add("recursive: reports names that are too long", [7, 55], async (fs, folder) => attempt(() => fs.mkdir(join(folder, "a", "n".repeat(300), "b"), { recursive: true })));

  add("recursive: makes one tree for many callers", [55], async (fs, folder) => {
    const made = await Promise.all(Array.from({ length: 20 }, () => fs.mkdir(join(folder, "p/q/r"), { recursive: true })));
    return { there: existsSync(join(folder, "p/q/r")), strings: made.every((path) => path === undefined || path.startsWith(join(folder, "p"))) };
  });

  add("recursive: goes deep", [55], async (fs, folder) => attempt(() => fs.mkdir(join(folder, ...Array.from({ length: 60 }, (_, index) => `level${index}`)), { recursive: true })));

  add("reads its options at the call", [21], async (fs, folder) => {
    const options = { recursive: true, mode: 0o755 };
    const promise = fs.mkdir(join(folder, "a/b"), options);
    options.recursive = false;
    options.mode = 0o700;
    return promise;
  });

  add("does not change frozen options", [21], async (fs, folder) => attempt(() => fs.mkdir(join(folder, "a/b"), Object.freeze({ recursive: true }))));

  add("gives a file's own permission bits to nothing else", [49], async (fs, folder) => {
    process.umask(0);
    await fs.mkdir(join(folder, "open"));
    writeFileSync(join(folder, "open/file"), "");
    return undefined;
  });
});
