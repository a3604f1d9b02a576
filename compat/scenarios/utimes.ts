import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { attempt, attemptEach } from "../attempt";
import { isRecent, timesOf } from "../attributes";
import { bad } from "../bad";
import { addPathScenarios } from "../paths";
import { link, plant } from "../plant";
import { group, type Add, type Fs, type Scenario } from "../scenario";
import { O_PATH, withHandle } from "../with-handle";

const times = [
  ["0", 0],
  ["-0", -0],
  ["seconds", 1_234_567_890],
  ["milliseconds", 1_234_567_890.123],
  ["microseconds", 1_234_567_890.123456],
  ["nanoseconds", 1_234_567_890.123456789],
  ["a fraction that floats", 0.1 + 0.2],
  ["a little more than nothing", 1e-9],
  ["beyond 2038", 2 ** 31 + 0.5],
  ["beyond 2106", 2 ** 32 + 10],
  ["beyond 2446", 2 ** 34],
  ["number as text", "1234567890.5"],
  ["empty text", ""],
  ["blank text", "  "],
  ["hexadecimal text", "0x10"],
  ["text with an exponent", "1e9"],
  ["negative text", "-1000"],
  ["negative text with a fraction", "-1.25"],
  ["negative text of a fine fraction", "-1000.123456"],
  ["Date", new Date(1_234_567_890_123)],
  ["Date at 0", new Date(0)],
  ["Date before 1970", new Date(-86_400_500)],
  ["Date a millisecond before 1970", new Date(-1)],
  ["Date before 1901", new Date(-2_500_000_000_250)],
  ["Date of another realm", runInNewContext("new Date(1500000000750)")],
] as const;

const unfit = [
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["no number", "tomorrow"],
  ["text with a unit", "10s"],
  ["undefined", undefined],
  ["null", null],
  ["object", {}],
  ["array", [1]],
  ["boolean", true],
  ["bigint", 1n],
  ["symbol", Symbol("time")],
  ["String object", new String("10")],
  ["object with getTime", { getTime: () => 1000 }],
] as const;

// What became of the times after these depends on the version, and may be the time of the call.
const odd = [
  ["Invalid Date", new Date(Number.NaN)],
  ["Infinity as text", "Infinity"],
] as const;

interface Setter {
  readonly path: (folder: string) => string;
  readonly set: (fs: Fs, path: string, atime: unknown, mtime: unknown) => Promise<unknown>;
}

function addTimeScenarios(add: Add, { path, set }: Setter): void {
  for (const [label, time] of times) {
    add(`sets ${label}`, [25], async (fs, folder) => {
      const where = path(folder);
      const outcome = await attempt(() => set(fs, where, time, 1000));
      const first = timesOf(where);
      return { outcome, first, second: await attempt(() => set(fs, where, 2000, time)), then: timesOf(where) };
    });
  }

  add("takes negative numbers as now", [25], async (fs, folder) => {
    const where = path(folder);
    await set(fs, where, 1000, 1000);
    return { outcome: await attempt(() => set(fs, where, -1, -0.5)), recent: isRecent(where) };
  });

  add("refuses times that are none", [11, 25], async (fs, folder) => {
    const where = path(folder);
    await set(fs, where, 1000, 2000);
    return {
      atime: await attemptEach(unfit, (time) => set(fs, where, time, 3000)),
      mtime: await attemptEach(unfit, (time) => set(fs, where, 3000, time)),
      times: timesOf(where),
    };
  });

  add("meets times that are not finite, and goes on", [25], async (fs, folder) => {
    const where = path(folder);
    const outcomes = await attemptEach(odd, (time) => set(fs, where, time, time));
    await set(fs, where, 1, 2);
    return { outcomes, times: timesOf(where) };
  });

  add("reads a Date at the call", [25], async (fs, folder) => {
    const where = path(folder);
    const date = new Date(5_000_000);
    const called = set(fs, where, date, date);
    date.setTime(9_000_000);
    await called;
    return timesOf(where);
  });
}

const ofPath = group("utimes", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.utimes(path, 1000, 2000) });

  addTimeScenarios(add, {
    path: (folder) => plant(folder, { file: "x" }),
    set: (fs, path, atime, mtime) => fs.utimes(path, bad(atime), bad(mtime)),
  });

  add("checks the path before the times, and these before it looks for the file", [14, 25], async (fs, folder) => ({
    path: await attempt(() => fs.utimes(bad(1), bad(null), bad(null))),
    times: await attempt(() => fs.utimes(join(folder, "missing"), bad(null), bad({}))),
  }));

  add("follows a link, and reports one that leads nowhere", [3, 25], async (fs, folder) => {
    plant(folder, { file: "x", way: link("file"), dangling: link("nowhere") });
    return {
      way: await attempt(() => fs.utimes(join(folder, "way"), 1000, 2000)),
      times: timesOf(join(folder, "file")),
      dangling: await attempt(() => fs.utimes(join(folder, "dangling"), 1000, 2000)),
    };
  });

  add("sets those of a directory", [25], async (fs, folder) => {
    const path = plant(folder, { directory: {} });
    await fs.utimes(path, 1000, 2000);
    return timesOf(path);
  });
});

const ofLink = group("lutimes", (add) => {
  addPathScenarios(add, { wants: "file", call: (fs, path) => fs.lutimes(path, 1000, 2000) });

  addTimeScenarios(add, {
    path: (folder) => plant(folder, { way: link("nowhere") }),
    set: (fs, path, atime, mtime) => fs.lutimes(path, bad(atime), bad(mtime)),
  });

  add("changes the link and not the file", [25], async (fs, folder) => {
    plant(folder, { file: "x", way: link("file") });
    await fs.utimes(join(folder, "file"), 1, 2);
    await fs.lutimes(join(folder, "way"), 3, 4);
    return [timesOf(join(folder, "file")), timesOf(join(folder, "way"))];
  });
});

const ofHandle = group("FileHandle.utimes", (add) => {
  addTimeScenarios(add, {
    path: (folder) => plant(folder, { file: "x" }),
    set: (fs, path, atime, mtime) => withHandle(fs, path, "r", (handle) => handle.utimes(bad(atime), bad(mtime))),
  });

  add("shows no path in its error", [3, 4], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), O_PATH, (handle) => attempt(() => handle.utimes(1, 1))),
  );

  add("is refused after close", [63], async (fs, folder) => {
    const handle = await fs.open(plant(folder, { file: "x" }), "r");
    await handle.close();
    return { good: await attempt(() => handle.utimes(1, 1)), unfit: await attempt(() => handle.utimes(bad(null), 1)) };
  });

  add("rejects on what is no handle", [65], async (fs, folder) =>
    withHandle(fs, plant(folder, { file: "x" }), "r", (handle) => attempt(() => handle.utimes.call(bad({}), 1, 1))),
  );
});

export default [...ofPath, ...ofLink, ...ofHandle] satisfies Scenario[];
