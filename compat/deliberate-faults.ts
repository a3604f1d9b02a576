/** Deliberate faults: the oracle with one thing wrong. Each must turn the suite red in the scenarios of its functions. */

import type { Dirent } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Fs } from "./scenario";

type AnyFunction = (...args: unknown[]) => Promise<unknown>;
type FsRecord = Record<string, AnyFunction>;

export interface Fault {
  /** A sentence about what is wrong. */
  readonly name: string;
  /** The scenarios to run: those of these functions. */
  readonly functions: readonly string[];
  readonly wrap: (fs: Fs) => Fs;
}

/** Another fs in which one function's work is changed. */
function changed(name: string, functionName: string, change: (original: AnyFunction, args: unknown[]) => Promise<unknown>, functions: readonly string[] = [functionName]): Fault {
  return {
    name,
    functions,
    wrap: (fs) => {
      const record = fs as unknown as FsRecord;
      const original = record[functionName];
      if (original === undefined) throw new Error(`there is no ${functionName}`);
      return { ...record, [functionName]: (...args: unknown[]) => change(original, args) } as unknown as Fs;
    },
  };
}

/** Another fs whose handles have one method changed, on their prototype as a real fault would be. */
function changedHandle(name: string, method: string, change: (original: AnyFunction, args: unknown[], handle: FileHandle) => unknown, functions: readonly string[] = [`FileHandle.${method}`]): Fault {
  return {
    ...changed(name, "open", async (open, args) => {
      const handle = (await open(...args)) as FileHandle;
      const prototype = Object.getPrototypeOf(handle) as Record<string, AnyFunction>;
      const original = prototype[method];
      if (original === undefined) throw new Error(`there is no ${method}`);
      const value = (...given: unknown[]): unknown => change(original.bind(handle), given, handle);
      Object.setPrototypeOf(handle, Object.create(prototype, { [method]: { value, writable: true, configurable: true } }) as object);
      return handle;
    }),
    functions,
  };
}

const onError = (change: (error: NodeJS.ErrnoException) => void) => async (original: AnyFunction, args: unknown[]): Promise<unknown> => {
  try {
    return await original(...args);
  } catch (error) {
    change(error as NodeJS.ErrnoException);
    throw error;
  }
};

const onResult = <T>(change: (result: T, args: unknown[]) => unknown) => async (original: AnyFunction, args: unknown[]): Promise<unknown> => change((await original(...args)) as T, args);

/** The same fields in another order. */
function reordered<T extends object>(thing: T): T {
  for (const [key, value] of Object.entries(thing).reverse()) {
    delete (thing as Record<string, unknown>)[key];
    (thing as Record<string, unknown>)[key] = value;
  }
  return thing;
}

export const faults: readonly Fault[] = [
  changed("readdir is not sorted", "readdir", onResult<unknown[]>((names) => names.reverse())),
  changed("readdir loses its last name when there are many", "readdir", onResult<unknown[]>((names) => (names.length > 500 ? names.slice(1) : names))),
  changed("readdir's Dirents are plain objects", "readdir", onResult<(Dirent | string)[]>((entries) => entries.map((entry) => (typeof entry === "string" ? entry : { ...entry })))),
  changed("readdir's Dirents carry another parentPath", "readdir", onResult<(Dirent & { parentPath: unknown })[]>((entries) => entries.map((entry) => {
    if (typeof entry === "object" && "parentPath" in entry && typeof entry.parentPath === "string") entry.parentPath = entry.parentPath.replace(/\/$/, "");
    return entry;
  }))),
  changed("readdir names opendir as syscall", "readdir", onError((error) => {
    error.syscall = "opendir";
  })),
  changed("stat has a wrong errno", "stat", onError((error) => {
    if (error.errno !== undefined) error.errno = -error.errno;
  })),
  changed("stat loses the path of its error", "stat", onError((error) => {
    delete error.path;
  })),
  changed("stat's error has its keys in another order", "stat", onError((error) => void reordered(error))),
  changed("stat's size is a string", "stat", onResult<{ size: unknown }>((stats) => Object.assign(stats, { size: String(stats.size) }))),
  changed("stat's result is a plain object", "stat", onResult<object>((stats) => ({ ...stats }))),
  changed("stat drops fractions of milliseconds", "stat", onResult<{ mtimeMs: number | bigint }>((stats) => (typeof stats.mtimeMs === "number" ? Object.assign(stats, { mtimeMs: Math.trunc(stats.mtimeMs) }) : stats))),
  changed("stat rounds nanoseconds to microseconds", "stat", onResult<{ mtimeNs?: bigint }>((stats) => (stats.mtimeNs === undefined ? stats : Object.assign(stats, { mtimeNs: (stats.mtimeNs / 1000n) * 1000n })))),
  changed("stat throws at the call", "stat", (original, args) => {
    if (typeof args[0] === "number") throw new TypeError("thrown at the call");
    return original(...args);
  }),
  changed("lstat follows links", "lstat", async (_original, args) => (await import("node:fs/promises")).stat(args[0] as string)),
  changed("rm of a missing file names no lstat", "rm", onError((error) => {
    if (error.syscall === "lstat") error.syscall = "unlink";
  })),
  changed("rm's SystemError has a negative errno", "rm", onError((error) => {
    if (error.code === "ERR_FS_EISDIR") Object.defineProperty(error, "errno", { value: -21, enumerable: true });
  })),
  changed("rm follows links to directories", "rm", async (original, args) => {
    const fs = await import("node:fs/promises");
    const real = typeof args[0] === "string" ? await fs.realpath(args[0]).catch(() => args[0]) : args[0];
    if (real !== args[0] && typeof real === "string" && (await fs.stat(real)).isDirectory()) await fs.rm(real, { recursive: true });
    return original(...args);
  }),
  changed("mkdir recursive resolves with undefined", "mkdir", async (original, args) => void (await original(...args))),
  changed("mkdir takes no notice of the umask", "mkdir", async (original, args) => {
    const umask = process.umask(0);
    try {
      return await original(...args);
    } finally {
      process.umask(umask);
    }
  }),
  changed("rename loses dest", "rename", onError((error) => {
    delete (error as { dest?: string }).dest;
  })),
  changed("unlink reports EPERM for a directory", "unlink", onError((error) => {
    if (error.code === "EISDIR") Object.assign(error, { code: "EPERM", errno: -1 });
  })),
  changed("access lets its mode pass unchecked", "access", (original, args) => original(args[0], typeof args[1] === "number" && args[1] > 7 ? 0 : args[1])),
  changed("access resolves with true", "access", onResult(() => true)),
  changed("readlink ends the process where there is no link", "readlink", onError(() => void process.kill(process.pid, "SIGKILL"))),
  changed("truncate leaves a byte too much", "truncate", (original, args) => original(args[0], typeof args[1] === "number" && args[1] > 0 ? args[1] + 1 : args[1])),
  changed("readFile loses its last byte beyond 64 KiB", "readFile", onResult<Buffer | string>((content) => (content.length > 65_536 ? content.slice(0, -1) : content))),
  changed("readFile drops a byte order mark", "readFile", onResult<Buffer | string>((content) => (typeof content === "string" ? content.replace(/^\ufeff/, "") : content))),
  changed("readFile decodes a character across 64 KiB in two halves", "readFile", onResult<Buffer | string>((content) => (typeof content === "string" ? content.replace(/^(a{65535,})🦉/u, "$1\ufffd\ufffd") : content))),
  changed("readFile's Buffers share memory", "readFile", onResult<Buffer | string>((content) => {
    if (typeof content === "string") return content;
    const shared = Buffer.from(new ArrayBuffer(content.length + 8), 8, content.length);
    content.copy(shared);
    return shared;
  })),
  changed("readFile takes no notice of an abort", "readFile", (original, args) => {
    const [path, options] = args;
    return typeof options === "object" && options !== null && "signal" in options && options.signal instanceof AbortSignal ? original(path, { ...options, signal: undefined }) : original(...args);
  }),
  changed("readFile leaves a listener on its signal", "readFile", (original, args) => {
    const [, options] = args;
    if (typeof options === "object" && options !== null && "signal" in options && options.signal instanceof AbortSignal) options.signal.addEventListener("abort", () => undefined);
    return original(...args);
  }),
  changed("readFile closes nothing", "readFile", async (original, args) => {
    const { openSync } = await import("node:fs");
    openSync("/dev/null", "r");
    return original(...args);
  }),
  changed("writeFile adds a byte", "writeFile", (original, args) => original(args[0], typeof args[1] === "string" && args[1].length > 0 ? `${args[1]}.` : args[1], ...args.slice(2))),
  changed("writeFile makes files with mode 0600", "writeFile", (original, args) => (args[2] === undefined ? original(args[0], args[1], { mode: 0o600 }) : original(...args))),
  changed("writeFile opens before it checks its data", "writeFile", async (original, args) => {
    if (typeof args[0] === "string" && typeof args[1] === "number") (await import("node:fs")).closeSync((await import("node:fs")).openSync(args[0], "a"));
    return original(...args);
  }),
  changed("appendFile replaces", "appendFile", (original, args) => original(args[0], args[1], args[2] === undefined ? { flag: "w" } : args[2])),
  changedHandle("handle.read says one byte less", "read", onResult<{ bytesRead: number }>((result) => Object.assign(result, { bytesRead: result.bytesRead > 4 ? result.bytesRead - 1 : result.bytesRead }))),
  changedHandle("handle.read moves the cursor although positioned", "read", async (original, args) => {
    const result = await original(...args);
    if (typeof args[3] === "number" && args[3] >= 0) await original(Buffer.alloc(1), 0, 1, null);
    return result;
  }),
  changedHandle("handle.read's result has a prototype", "read", onResult<object>((result) => ({ ...result }))),
  changedHandle("handle.read gives a copy of the buffer", "read", onResult<{ buffer: Uint8Array }>((result) => Object.assign(result, { buffer: Buffer.from(result.buffer) }))),
  changedHandle("handle.read's result has its keys in another order", "read", onResult<object>((result) => reordered(result))),
  changedHandle("handle.readv takes no notice of its position", "readv", (original, args) => original(args[0])),
  changedHandle("handle.write loses a byte of large buffers", "write", (original, args) => {
    const [data] = args;
    return data instanceof Uint8Array && data.length > 100_000 ? original(data, 0, data.length - 1) : original(...args);
  }),
  changedHandle("handle.writev forgets what lies beyond 1024 buffers", "writev", (original, args) => original(Array.isArray(args[0]) ? (args[0] as unknown[]).slice(0, 1024) : args[0], args[1])),
  changedHandle("handle.stat never gives bigints", "stat", (original) => original()),
  changedHandle("handle.readFile starts at the beginning", "readFile", async (original, args, handle) => {
    const path = `/proc/self/fd/${handle.fd}`;
    const applies = handle.fd > 0 && args[0] === "utf8" && (await handle.stat()).size < 2 ** 20;
    return applies ? (await import("node:fs")).readFileSync(path, "utf8") : original(...args);
  }),
  changed("open adds O_APPEND to r+", "open", async (open, args) => open(args[0], args[1] === "r+" ? 0o2002 : args[1], args[2])),
  {
    name: "handle.close emits its event late",
    functions: ["FileHandle.close"],
    wrap: (fs) =>
      changed("", "open", async (open, args) => {
        const handle = (await open(...args)) as FileHandle;
        const { close } = handle;
        handle.close = async () => {
          await Promise.resolve();
          return close();
        };
        return handle;
      }).wrap(fs),
  },
  {
    name: "a function is missing",
    functions: ["surface"],
    wrap: (fs) => {
      const { statfs: _missing, ...rest } = fs;
      return rest as Fs;
    },
  },
];

export function faultNamed(name: string): Fault {
  const fault = faults.find((one) => one.name === name);
  if (fault === undefined) throw new Error(`there is no fault called "${name}"`);
  return fault;
}
