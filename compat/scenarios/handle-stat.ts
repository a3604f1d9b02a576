import { execFileSync } from "node:child_process";
import { fstatSync, Stats, unlinkSync } from "node:fs";
import { attempt, attemptEach } from "../attempt";
import { bad } from "../bad";
import { pattern, plant } from "../plant";
import { group } from "../scenario";
import { addStatOptionScenarios } from "../stat-options";
import { differingFields } from "../stats";
import { withHandle } from "../with-handle";

export default group("FileHandle.stat", (add) => {
  addStatOptionScenarios(add, (fs, path, options) => withHandle(fs, path, "r", (handle) => handle.stat(bad(options))), false);

  add("agrees with fstatSync in every field", [51], async (fs, folder) => {
    const path = plant(folder, { file: pattern(12_345) });
    execFileSync("touch", ["-d", "@1234567890.123456789", path]);
    return withHandle(fs, path, "r", async (handle) => {
      const plain = await handle.stat();
      const big = await handle.stat({ bigint: true });
      return {
        plain,
        big,
        differ: [differingFields(plain, fstatSync(handle.fd)), differingFields(big, fstatSync(handle.fd, { bigint: true }))],
        instances: [plain instanceof Stats, big instanceof Stats],
        times: [plain.mtimeMs, big.mtimeNs],
      };
    });
  });

  add("tells a directory and a device", [51], async (fs, folder) => ({
    directory: await withHandle(fs, plant(folder, { directory: {} }), "r", async (handle) => (await handle.stat()).isDirectory()),
    device: await withHandle(fs, "/dev/null", "r", async (handle) => (await handle.stat()).isCharacterDevice()),
  }));

  add("meets options of every type", [11, 20], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", (handle) =>
      attemptEach([["undefined", undefined], ["null", null], ["empty", {}], ["string", "x"], ["number", 1], ["bigint: 1", { bigint: 1 }], ["bigint: false", { bigint: false }]], (options) => handle.stat(bad(options))),
    ),
  );

  add("sees what was written through the handle", [51], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "" }), "r+", async (handle) => {
      const sizes: number[] = [];
      for (let turn = 0; turn < 4; turn += 1) {
        await handle.write("four");
        sizes.push((await handle.stat()).size);
      }
      return sizes;
    }),
  );

  add("tells an unlinked file", [51], async (fs, folder) => {
    const path = plant(folder, { file: "x" });
    return withHandle(fs, path, "r", async (handle) => {
      unlinkSync(path);
      return handle.stat();
    });
  });

  add("answers many at once", [51], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "12345" }), "r", async (handle) => (await Promise.all(Array.from({ length: 30 }, (_, index) => handle.stat({ bigint: index % 2 === 0 })))).map((stats) => [stats.constructor.name, stats.size])),
  );

  add("leaves the cursor where it is", [30], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r", async (handle) => {
      await handle.read(Buffer.alloc(3));
      await handle.stat();
      return attempt(() => handle.read(Buffer.alloc(3)));
    }),
  );
});
