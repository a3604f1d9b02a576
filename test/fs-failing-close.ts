import { expect } from "chai";
import { spawnSync } from "node:child_process";
import nodeFs from "node:fs";
import path from "node:path";
import { backends } from "caio";
import { runNode } from "./child";
import { packageRoot } from "./matrix";

/** Loaded before everything else: files of this name are closed, but with EIO. libuv closes by syscall(2). */
const library = `
  #define _GNU_SOURCE
  #include <dlfcn.h>
  #include <errno.h>
  #include <stdarg.h>
  #include <stdio.h>
  #include <string.h>
  #include <sys/syscall.h>
  #include <unistd.h>
  static int fails(int fd) {
    char link[64], target[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, target, sizeof target - 1);
    if (length < 0) return 0;
    target[length] = 0;
    return strstr(target, "close-fails") != NULL;
  }
  long syscall(long number, ...) {
    static long (*real)(long, ...);
    if (!real) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    long given[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++) given[i] = va_arg(list, long);
    va_end(list);
    int failing = number == SYS_close && fails((int)given[0]);
    long result = real(number, given[0], given[1], given[2], given[3], given[4], given[5]);
    if (!failing) return result;
    errno = EIO;
    return -1;
  }
  int close(int fd) { return (int)syscall(SYS_close, (long)fd, 0L, 0L, 0L, 0L, 0L); }
`;

/** A flag that does not let anybody write makes the write fail as well. */
const script = (module: string, file: string): string => `
  const fs = require("${module}");
  const file = ${JSON.stringify(file)};
  const shown = (error) => error && {
    kind: error.constructor.name, message: error.message, keys: Reflect.ownKeys(error), code: error.code, errors: error.errors?.map(shown),
  };
  const large = Buffer.alloc(600000, "l");
  const calls = {
    writeFile: [[file, "x"], [file, large], [file, ["x"]], [file, "x", { flush: true }]],
    appendFile: [[file, "x"], [file, large], [file, "x", { flush: true }]],
  };
  (async () => {
    const outcomes = [];
    for (const [name, lists] of Object.entries(calls)) {
      for (const [where, data, options] of lists) {
        for (const flag of [undefined, "r", "r+"]) {
          const failure = await fs[name](where, data, { ...options, ...(flag && { flag }) }).catch(shown);
          outcomes.push([name, data.length, options, flag, failure]);
        }
      }
    }
    console.log(JSON.stringify(outcomes));
  })();
`;

describe("A file that cannot be closed", () => {
  const folder = path.join(packageRoot, "scratch", `failing-close-${process.pid}`);
  const preloaded = path.join(folder, "library.so");
  const outcomesOf = (module: string): unknown => {
    const { stdout, stderr } = runNode(script(module, path.join(folder, "close-fails")), { env: { LD_PRELOAD: preloaded } });
    expect(stderr).equal("");
    return JSON.parse(stdout);
  };

  before(function () {
    nodeFs.mkdirSync(folder, { recursive: true });
    nodeFs.writeFileSync(path.join(folder, "library.c"), library);
    const { status } = spawnSync("cc", ["-shared", "-fPIC", "-o", preloaded, path.join(folder, "library.c"), "-ldl"]);
    if (process.platform === "linux" && status === 0) return;
    console.log("      cc, or a loader that takes LD_PRELOAD, is not to be had here");
    this.skip();
  });
  after(() => nodeFs.rmSync(folder, { recursive: true }));

  for (const { name, available, reason } of backends())
    it(`is told of by writeFile and appendFile as by Node, on ${name}`, function () {
      if (!available) {
        console.log(`      ${name} is not available here: ${reason}`);
        this.skip();
      }
      const expected = outcomesOf("node:fs/promises");
      expect(JSON.stringify(expected)).include("EIO: i/o error, close").and.include("AggregateError");
      expect(outcomesOf(`caio/fs/${name}`)).deep.equal(expected);
    });
});
