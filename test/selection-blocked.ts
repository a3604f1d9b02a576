import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { packageRoot } from "./matrix";

/**
 * Containers block system calls with a filter; this makes one, then becomes Node. Arguments: the errno to answer with,
 * the numbers of the calls, and after "--" the program.
 */
const underFilter = `
import ctypes, os, struct, sys
split = sys.argv.index("--")
errno, calls = int(sys.argv[1]), [int(call) for call in sys.argv[2:split]]
code = struct.pack("HBBI", 0x20, 0, 0, 0)
for index, call in enumerate(calls):
    code += struct.pack("HBBI", 0x15, len(calls) - index, 0, call)
code += struct.pack("HBBI", 0x06, 0, 0, 0x7fff0000) + struct.pack("HBBI", 0x06, 0, 0, 0x00050000 | errno)
class Program(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(Program(len(code) // 8, code)), 0, 0):
    sys.exit(77)
os.execv(sys.argv[split + 1], sys.argv[split + 1:])
`;

const ioUringSetup = 425;
const ioSetup: Partial<Record<string, number>> = { x64: 206, arm64: 0 };
const EPERM = 1;
const EAGAIN = 11;
const ENOSYS = 38;

describe("Choosing a backend where the kernel refuses", () => {
  const script = `
    const { AsyncContext, backends } = require("caio");
    const [uring, linux] = backends();
    console.log(JSON.stringify([uring, linux]));
    try { require("caio/uring"); console.log("imported") } catch (error) { console.log(error.code) }
    const ctx = new AsyncContext();
    ctx.read(1, require("node:fs").openSync("package.json")).then((bytes) => { console.log(ctx.backend, String(bytes)); return ctx.close(); });
  `;

  function run(errno: number, calls: readonly number[]): { lines: string[]; status: number | null; stderr: string } {
    const { CAIO_IMPL: _, ...env } = process.env;
    const given = ["-c", underFilter, String(errno), ...calls.map(String), "--", process.execPath, "-e", script];
    const { stdout, stderr, status } = spawnSync("python3", given, { cwd: packageRoot, env, encoding: "utf8" });
    return { lines: stdout.trim().split("\n"), status, stderr };
  }

  const aio = ioSetup[process.arch];

  before(function () {
    if (process.platform !== "linux" || aio === undefined) this.skip();
    const { status } = spawnSync("python3", ["-c", underFilter, String(ENOSYS), "--", "/bin/true"]);
    if (status !== 0) {
      console.log("      python3 or seccomp is not to be had here");
      this.skip();
    }
  });

  for (const [errno, name] of [[ENOSYS, "ENOSYS"], [EPERM, "EPERM"]] as const) {
    it(`names a seccomp filter that answers io_uring_setup with ${name}, and serves the next backend`, () => {
      const { lines, status, stderr } = run(errno, [ioUringSetup]);
      expect(stderr).to.equal("");
      expect(status).to.equal(0);
      expect(lines[0]).to.include(`a seccomp filter blocks io_uring_setup(2) (${name})`).and.include("--security-opt seccomp=unconfined");
      expect(lines.slice(1)).to.deep.equal(["ERR_CAIO_BACKEND_UNAVAILABLE", "linux {"]);
    });
  }

  it("goes on to the thread pool when kernel AIO is blocked as well", () => {
    const { lines } = run(EPERM, [ioUringSetup, aio ?? -1]);
    expect(lines[0]).to.include("a seccomp filter blocks io_setup(2) (EPERM)");
    expect(lines[2]).to.equal("thread {");
  });

  it("names fs.aio-max-nr when the system's kernel AIO is used up", () => {
    const { lines } = run(EAGAIN, [ioUringSetup, aio ?? -1]);
    expect(lines[0]).to.include("fs.aio-max-nr").and.include("raise the sysctl fs.aio-max-nr");
    expect(lines[2]).to.equal("thread {");
  });
});
