import { join } from "node:path";
import { attempt, attemptEach, attempts } from "../attempt";
import { bad } from "../bad";
import { pattern, plant } from "../plant";
import { group } from "../scenario";
import { detachedView } from "../values";
import { withHandle } from "../with-handle";

export default group("FileHandle.writev", (add) => {
  add("writes buffers in turn and gives them back", [27], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", async (handle) => {
      const buffers = [Buffer.from("one"), new Uint16Array([0x4142]), new DataView(new TextEncoder().encode("xyz").buffer, 1)];
      const result = await handle.writev(buffers);
      return { result, same: result.buffers === buffers };
    }),
  );

  add("meets positions of every kind", [31], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", (handle) =>
      attemptEach(
        [["null", null], ["undefined", undefined], ["-1", -1], ["0", 0], ["20", 20], ["'4'", "4"], ["4n", 4n], ["{}", {}], ["true", true]],
        (position) => handle.writev([Buffer.from("ab"), Buffer.from("c")], bad(position)),
      ),
    ),
  );

  add("writes nothing for no buffers", [31], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", (handle) => attempts({ none: () => handle.writev([]), empty: () => handle.writev([Buffer.alloc(0)]), position: () => handle.writev([], 5) })),
  );

  add("writes nothing of detached buffers", [29, 31], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", (handle) => attempts({ alone: () => handle.writev([detachedView(4)]), among: () => handle.writev([Buffer.from("a"), detachedView(4), Buffer.from("b")]) })),
  );

  add("refuses what is no array of views", [31], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", (handle) =>
      attemptEach(
        [["undefined", undefined], ["null", null], ["Buffer", Buffer.alloc(2)], ["string", "x"], ["object", {}], ["array of strings", ["x"]], ["mixed", [Buffer.alloc(1), 1]], ["ArrayBuffer", [new ArrayBuffer(2)]], ["hole", new Array(1)], ["hole at the end", Object.assign([Buffer.alloc(1)], { length: 2 })]],
        (buffers) => handle.writev(bad<never>(buffers)),
      ),
    ),
  );

  add("writes more buffers than the kernel takes at once", [31], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", async (handle) => {
      const content = pattern(6000);
      const result = await handle.writev(Array.from({ length: 3000 }, (_, index) => content.subarray(index * 2, index * 2 + 2)));
      return [result.bytesWritten, result.buffers.length];
    }),
  );

  add("writes more buffers than the kernel takes at once, positioned", [31], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "0123456789" }), "r+", async (handle) => {
      const content = pattern(6000);
      const result = await handle.writev(Array.from({ length: 3000 }, (_, index) => content.subarray(index * 2, index * 2 + 2)), 5);
      return [result.bytesWritten, await handle.read(Buffer.alloc(3), 0, 3)];
    }),
  );

  add("advances the cursor unless positioned", [30, 31], async (fs, folder) =>
    withHandle(fs, join(folder, "file"), "w", async (handle) => {
      await handle.writev([Buffer.from("ab"), Buffer.from("cd")]);
      await handle.writev([Buffer.from("XY")], 10);
      await handle.writev([Buffer.from("ef")]);
      return undefined;
    }),
  );

  add("appends whatever the position in append mode", [34], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "start" }), "a", (handle) => attempt(() => handle.writev([Buffer.from("1"), Buffer.from("2")], 0))),
  );

  add("reports what cannot be written, without a path", [3, 4], async (fs, folder) => {
    plant(folder, { file: "x" });
    return attempts({
      readOnly: () => withHandle(fs, join(folder, "file"), "r", (handle) => handle.writev([Buffer.from("y")])),
      full: () => withHandle(fs, "/dev/full", "r+", (handle) => handle.writev([Buffer.from("y"), Buffer.from("z")])),
      fullOfNothing: () => withHandle(fs, "/dev/full", "r+", (handle) => handle.writev([Buffer.alloc(0)])),
      fullOfNothingTwice: () => withHandle(fs, "/dev/full", "r+", (handle) => handle.writev([Buffer.alloc(0), Buffer.alloc(0)])),
      fullOfAnEmptyString: () => withHandle(fs, "/dev/full", "r+", (handle) => handle.write("")),
      fullOfAnEmptyStringPositioned: () => withHandle(fs, "/dev/full", "r+", (handle) => handle.write("", 3)),
      fullOfNoBytes: () => withHandle(fs, "/dev/full", "r+", (handle) => handle.write(Buffer.alloc(0))),
    });
  });
});
