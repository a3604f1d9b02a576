import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group } from "../scenario";
import { notBooleans } from "../values";

export default group("rmdir", (add) => {
  addPathScenarios(add, { wants: "directory", call: (fs, path) => fs.rmdir(path) });

  add("removes an empty directory and resolves with undefined", [3], async (fs, folder) => attempt(() => fs.rmdir(plant(folder, { empty: {} }))));

  add("reports a directory that is not empty", [1, 3], async (fs, folder) => attempt(() => fs.rmdir(plant(folder, { full: { file: "x" } }))));

  add("reports a file and a link", [1, 3], async (fs, folder) => {
    plant(folder, { file: "x", real: {}, way: link("real") });
    return attempts({ file: () => fs.rmdir(join(folder, "file")), link: () => fs.rmdir(join(folder, "way")), dot: () => fs.rmdir(`${join(folder, "real")}/.`) });
  });

  add("meets options of every type", [23], async (fs, folder) => {
    plant(folder, { a: {}, b: {}, c: {} });
    return attempts({
      undefined: () => fs.rmdir(join(folder, "a"), undefined),
      empty: () => fs.rmdir(join(folder, "b"), {}),
      null: () => fs.rmdir(join(folder, "c"), bad(null)),
      string: () => fs.rmdir(join(folder, "c"), bad("x")),
      number: () => fs.rmdir(join(folder, "c"), bad(1)),
      function: () => fs.rmdir(join(folder, "c"), bad(() => undefined)),
    });
  });

  add("takes recursive strictly as a boolean", [23], async (fs, folder) => {
    const path = plant(folder, { a: {} });
    return attemptEach([...notBooleans, ["null", null]], (recursive) => fs.rmdir(path, bad({ recursive })));
  });

  add("checks maxRetries and retryDelay", [23], async (fs, folder) => {
    const path = plant(folder, { a: {} });
    return attempts({
      "maxRetries -1": () => fs.rmdir(path, { maxRetries: -1 }),
      "maxRetries 1.5": () => fs.rmdir(path, { maxRetries: 1.5 }),
      "maxRetries string": () => fs.rmdir(path, bad({ maxRetries: "1" })),
      "retryDelay -1": () => fs.rmdir(path, { retryDelay: -1 }),
      "retryDelay NaN": () => fs.rmdir(path, { retryDelay: Number.NaN }),
      "retryDelay object": () => fs.rmdir(path, bad({ retryDelay: {} })),
      good: () => fs.rmdir(path, { maxRetries: 3, retryDelay: 1 }),
    });
  });

  add("does recursive as the running version does", [23], async (fs, folder) => {
    plant(folder, { full: { inner: { file: "x" } }, file: "x" });
    return attempts({
      full: () => fs.rmdir(join(folder, "full"), bad({ recursive: true })),
      missing: () => fs.rmdir(join(folder, "missing"), bad({ recursive: true })),
      file: () => fs.rmdir(join(folder, "file"), bad({ recursive: true })),
    });
  });
});
