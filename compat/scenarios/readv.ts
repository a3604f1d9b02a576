import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { pattern, plant } from "../plant";
import { group } from "../scenario";
import { detachedView } from "../values";
import { withHandle } from "../with-handle";

const digits = "0123456789abcdef";

export default group("FileHandle.readv", (add) => {
  add("fills buffers in turn and gives them back", [27], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => {
      const buffers = [Buffer.alloc(3), Buffer.alloc(5), Buffer.alloc(20, 0x2e)];
      const result = await handle.readv(buffers);
      return { result, same: result.buffers === buffers, first: result.buffers[0] === buffers[0] };
    }),
  );

  add("takes views of every kind", [36], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", (handle) =>
      handle.readv(bad<never>([new Uint16Array(1), new DataView(new ArrayBuffer(8), 2, 3), new Uint8Array(new SharedArrayBuffer(2)), new Uint8Array(new ArrayBuffer(9), 3, 4)]), 1),
    ),
  );

  add("meets positions of every kind", [31], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", (handle) =>
      attemptEach(
        [["null", null], ["undefined", undefined], ["-1", -1], ["0", 0], ["9", 9], ["16", 16], ["2^40", 2 ** 40], ["'4'", "4"], ["4n", 4n], ["{}", {}], ["true", true]],
        (position) => handle.readv([Buffer.alloc(1), Buffer.alloc(1)], bad(position)),
      ),
    ),
  );

  add("reports no buffers at all", [31], async (fs, folder) => withHandle(fs, plant(folder, { file: digits }), "r", (handle) => attempt(() => handle.readv([]))));

  add("takes buffers of no length", [31], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", (handle) =>
      attempts({ one: () => handle.readv([Buffer.alloc(0)]), between: () => handle.readv([Buffer.alloc(2), Buffer.alloc(0), Buffer.alloc(2)]) }),
    ),
  );

  add("refuses what is no array of views", [31], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", (handle) =>
      attemptEach(
        [["undefined", undefined], ["null", null], ["Buffer", Buffer.alloc(2)], ["string", "x"], ["object", {}], ["array of strings", ["x"]], ["mixed", [Buffer.alloc(1), 1]], ["ArrayBuffer", [new ArrayBuffer(2)]], ["hole", new Array(1)], ["hole at the end", Object.assign([Buffer.alloc(1)], { length: 2 })]],
        (buffers) => handle.readv(bad<never>(buffers)),
      ),
    ),
  );

  add("advances the cursor unless positioned", [30, 31], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: digits }), "r", async (handle) => [
      await handle.readv([Buffer.alloc(2), Buffer.alloc(2)]),
      await handle.readv([Buffer.alloc(2)], 10),
      await handle.readv([Buffer.alloc(2), Buffer.alloc(2)]),
      await handle.read(Buffer.alloc(2)),
    ]),
  );

  add("reads nothing into detached buffers", [29, 31], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r", (handle) => attempts({ alone: () => handle.readv([detachedView(4)]), among: () => handle.readv([Buffer.alloc(2), detachedView(4), Buffer.alloc(2)]) })),
  );

  add("reads with a thousand buffers", [31], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: pattern(5000) }), "r", async (handle) => {
      const { bytesRead, buffers } = await handle.readv(Array.from({ length: 1000 }, () => Buffer.alloc(3)));
      return [bytesRead, Buffer.concat(buffers)];
    }),
  );

  add("reads with more buffers than the kernel takes at once", [31], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: pattern(5000) }), "r", async (handle) => {
      const { bytesRead, buffers } = await handle.readv(Array.from({ length: 1500 }, () => Buffer.alloc(2)));
      return [bytesRead, Buffer.concat(buffers)];
    }),
  );

  add("reports what cannot be read, without a path", [3, 4], async (fs, folder) => {
    plant(folder, { directory: {} });
    return attempts({
      directory: () => withHandle(fs, join(folder, "directory"), "r", (handle) => handle.readv([Buffer.alloc(4)])),
      writeOnly: () => withHandle(fs, join(folder, "new"), "w", (handle) => handle.readv([Buffer.alloc(4)])),
      directoryOfNothing: () => withHandle(fs, join(folder, "directory"), "r", (handle) => handle.readv([Buffer.alloc(0)])),
      directoryOfNothingPositioned: () => withHandle(fs, join(folder, "directory"), "r", (handle) => handle.readv([Buffer.alloc(0)], 3)),
      directoryOfNothingTwice: () => withHandle(fs, join(folder, "directory"), "r", (handle) => handle.readv([Buffer.alloc(0), Buffer.alloc(0)])),
    });
  });
});
