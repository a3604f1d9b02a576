import { join } from "node:path";
import { attempt } from "../attempt";
import { bad } from "../bad";
import { plant } from "../plant";
import { group, type Scenario } from "../scenario";
import { withHandle } from "../with-handle";

const forms = (["sync", "datasync"] as const).flatMap((name) =>
  group(`FileHandle.${name}`, (add) => {
    add("resolves with undefined after a write", [47], async (fs, folder) =>
      withHandle(fs, join(folder, "file"), "w", async (handle) => {
        await handle.write("kept");
        return attempt(() => handle[name]());
      }),
    );

    add("works on a handle opened for reading and on a directory", [47], async (fs, folder) => ({
      file: await withHandle(fs, plant(folder, { file: "x", directory: {} }), "r", (handle) => attempt(() => handle[name]())),
      directory: await withHandle(fs, join(folder, "directory"), "r", (handle) => attempt(() => handle[name]())),
    }));

    add("reports what cannot be synchronised, without a path", [3, 4], async (fs) => withHandle(fs, "/dev/null", "r", (handle) => attempt(() => handle[name]())));

    add("takes no notice of arguments", [11], async (fs, folder) =>
      withHandle(fs, plant(folder, { file: "x" }), "r", (handle) => attempt(() => bad<(value: unknown) => Promise<void>>(handle[name]).call(handle, 1))),
    );

    add("settles for many callers", [47], async (fs, folder) =>
      withHandle(fs, join(folder, "file"), "w", async (handle) => {
        await handle.write("x");
        return Promise.all(Array.from({ length: 10 }, () => handle[name]()));
      }),
    );
  }),
);

export default forms satisfies Scenario[];
