import { execFileSync } from "node:child_process";
import { readdirSync, rmdirSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, attemptEach, type Outcome } from "../attempt";
import { bad } from "../bad";
import { addEncodingScenarios, judgeName } from "../encodings";
import { addOptionsScenarios } from "../options";
import { plant } from "../plant";
import { group, type Scenario } from "../scenario";
import { badUrls, notPaths, pathsWithNul } from "../values";

/** Six characters that nobody can foresee end every name, those in errors too; the template itself could be foreseen. */
const foreseeable = (text: string): string => text.replaceAll(/(?!XXXXXX)[\dA-Za-z]{6}(?=\/?'?$)/g, "<six>");

/** What was made is removed, for its name would differ from run to run. */
async function make(call: () => Promise<unknown>): Promise<unknown> {
  const outcome: Outcome = await attempt(call);
  if ("resolved" in outcome && typeof outcome.resolved === "string") {
    const mode = (statSync(outcome.resolved).mode & 0o7777).toString(8);
    rmdirSync(outcome.resolved);
    return { made: foreseeable(outcome.resolved), mode };
  }
  if ("rejected" in outcome && outcome.rejected instanceof Error) {
    const error = outcome.rejected as Error & { path?: string };
    if (error.path === undefined) return outcome;
    return { ...error, path: foreseeable(error.path), message: foreseeable(error.message), keys: Reflect.ownKeys(error) };
  }
  return outcome;
}

const ofPath = group("mkdtemp", (add) => {
  add("refuses what is no prefix", [11, 13, 14, 15, 16], async (fs) =>
    attemptEach([...notPaths, ...pathsWithNul, ...badUrls.filter(([label]) => label !== "lookalike")], (prefix) => fs.mkdtemp(bad(prefix))),
  );

  add("makes a directory of mode 0700 after a prefix of any kind", [13, 56], async (fs, folder) => {
    const prefix = join(folder, "prefix-");
    return {
      text: await make(() => fs.mkdtemp(prefix)),
      buffer: await make(() => fs.mkdtemp(bad(Buffer.from(prefix)))),
      array: await make(() => fs.mkdtemp(bad(new Uint8Array(Buffer.from(prefix))))),
      url: await make(() => fs.mkdtemp(bad(pathToFileURL(`${prefix} %`)))),
      relative: await make(() => fs.mkdtemp("relative-")),
      dot: await make(() => fs.mkdtemp("./x")),
      empty: await make(() => fs.mkdtemp("")),
      folder: await make(() => fs.mkdtemp(`${folder}/`)),
      notASCII: await make(() => fs.mkdtemp(join(folder, "füß-日本-🦉"))),
      loneSurrogate: await make(() => fs.mkdtemp(join(folder, "a\ud800b"))),
    };
  });

  add("makes names that differ", [56], async (fs, folder) => {
    const made = await Promise.all(Array.from({ length: 20 }, () => fs.mkdtemp(join(folder, "p"))));
    for (const path of made) rmdirSync(path);
    return [new Set(made).size, made.every((path) => /p[\dA-Za-z]{6}$/.test(path)), made.every(isAbsolute)];
  });

  addOptionsScenarios(add, {
    prepare: () => undefined,
    call: async (fs, folder, options) => {
      const given = await fs.mkdtemp(join(folder, "made"), bad<BufferEncoding>(options));
      return judgeMade(given, folder, "utf8", true);
    },
  });

  addEncodingScenarios(add, {
    prepare: () => undefined,
    call: async (fs, folder, options, name) => {
      const prefix = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
      const given = await fs.mkdtemp(bad(prefix), bad<BufferEncoding>(options));
      return judgeMade(given, folder, options);
    },
  });

  add("shows the name that it tried where it fails", [1, 3, 6], async (fs, folder) => {
    plant(folder, { file: "x" });
    return {
      missing: await make(() => fs.mkdtemp(join(folder, "none/made"))),
      file: await make(() => fs.mkdtemp(join(folder, "file/made"))),
      buffer: await make(() => fs.mkdtemp(bad(Buffer.from(join(folder, "none/made"))))),
      long: await make(() => fs.mkdtemp(join(folder, "n".repeat(300)))),
      proc: await make(() => fs.mkdtemp("/proc/caio-none-")),
    };
  });

  add("leads its error's stack to the caller", [10], async (fs, folder) => {
    const callerOfTheFunction = async (): Promise<unknown> => {
      const made = await fs.mkdtemp(join(folder, "none/made"));
      return made;
    };
    try {
      return await callerOfTheFunction();
    } catch (error) {
      const stack = error instanceof Error ? String(error.stack) : "";
      return [stack.includes("callerOfTheFunction"), stack.includes("mkdtemp.js")];
    }
  });

  add("copies a Buffer prefix at the call", [36], async (fs, folder) => {
    const prefix = Buffer.from(join(folder, "made"));
    return make(() => {
      const promise = fs.mkdtemp(bad(prefix));
      prefix.fill(0x78);
      return promise;
    });
  });

  add("warns once about a prefix that ends in X", [56], async (fs, folder, { expression }) => {
    rmdirSync(await fs.mkdtemp(join(folder, "no warning")));
    const program = `
      const fs = ${expression};
      process.on("warning", (warning) => console.log(warning.name, warning.message));
      (async () => {
        for (const prefix of ["X", "aXXXXXX", Buffer.from("bX"), "c"]) {
          const made = await fs.mkdtemp(prefix);
          console.log(made.slice(0, -6));
          require("node:fs").rmdirSync(made);
        }
      })();`;
    return execFileSync(process.execPath, ["-e", program], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  });
});

/** The one directory that was made in the folder, against what was given back for it. */
function judgeMade(given: unknown, folder: string, options: unknown, inAnyEncoding = false): unknown {
  const [made] = readdirSync(folder, { encoding: "buffer" });
  if (made === undefined) return "nothing was made";
  const bytes = Buffer.concat([Buffer.from(`${folder}/`), made]);
  rmdirSync(bytes);
  if (inAnyEncoding && typeof given === "string") {
    return ["utf8", "latin1", "hex"].filter((encoding) => Buffer.from(given, encoding as BufferEncoding).equals(bytes));
  }
  return judgeName(given, bytes, options);
}

export default [...ofPath] satisfies Scenario[];
