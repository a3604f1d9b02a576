/** Sandboxes: the kernel refuses what the faster backends need, and the next one serves. */

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect } from "chai";
import type { BackendName, BackendReport } from "caio";
import { compileC, type Compiled } from "./machine-c";
import { packageRoot } from "./matrix";

const EPERM = 1;
const EAGAIN = 11;
const ENOSYS = 38;

interface Seen {
  readonly reports: readonly BackendReport[];
  readonly byImport: string;
  readonly byContext: string;
  readonly byFileSystem: string;
  readonly threads: readonly string[];
}

/** Every family of operations, many at once, buffered and past the page cache: what a backend sends to the kernel. */
const script = `
  const { AsyncContext, alignedBuffer, backends } = require("caio");
  const fs = require("caio/fs");
  const node = require("node:fs");
  const path = require("node:path");
  node.mkdirSync("scratch", { recursive: true });
  const folder = node.mkdtempSync(path.resolve("scratch/caio-blocked-"));
  const file = path.join(folder, "file");
  (async () => {
    const reports = backends();
    let byImport = "imported";
    try { require("caio/uring") } catch (error) { byImport = error.code }
    await fs.writeFile(file, Buffer.alloc(65536, "x"), { flush: true });
    const handle = await fs.open(file, "r+");
    await Promise.all(Array.from({ length: 64 }, async (_, index) => {
      await handle.write("y", index * 1024);
      await handle.datasync();
      if (String((await handle.read(Buffer.alloc(2), 0, 2, index * 1024)).buffer) !== "yx") throw new Error("read something else");
    }));
    await handle.sync();
    await handle.close();
    await fs.cp(folder, folder + "/../copy-" + path.basename(folder), { recursive: true });
    await fs.rm(folder + "/../copy-" + path.basename(folder), { recursive: true });
    const missing = await fs.stat(file + "-none").catch((error) => error.code);
    if (missing !== "ENOENT") throw new Error("no ENOENT but " + missing);
    const context = new AsyncContext();
    let direct = node.constants.O_DIRECT ?? 0;
    try { node.closeSync(node.openSync(file, direct)); } catch { direct = 0; }
    const fd = node.openSync(file, node.constants.O_RDWR | direct);
    const block = alignedBuffer(4096, 4096);
    for (let round = 0; round < 4; round++) await context.write(block, fd, round * 4096);
    await context.fdsync(fd);
    if ((await context.read(4096, fd, 0))[0] !== 0) throw new Error("read something else");
    const byContext = context.backend;
    await context.close();
    node.closeSync(fd);
    const byFileSystem = backends().find(({ inUse }) => inUse).name;
    console.log(JSON.stringify({ reports, byImport, byContext, byFileSystem }));
  })().finally(() => node.rmSync(folder, { recursive: true, force: true })).catch((error) => { console.error(error); process.exitCode = 1; });
`;

function run(program: string, given: readonly string[]): Seen {
  const { CAIO_IMPL: _impl, CAIO_TRY_NOW: _tryNow, ...env } = process.env;
  // Nothing may end on the calling thread, where the kernel would not be asked for anything.
  const { stdout, stderr, status } = spawnSync(program, [...given, process.execPath, "-e", script], {
    cwd: packageRoot, env: { ...env, CAIO_TRY_NOW: "0" }, encoding: "utf8", timeout: 20_000,
  });
  expect({ stderr, status }).to.deep.equal({ stderr: "", status: 0 });
  return JSON.parse(stdout) as Seen;
}

const reasonOf = ({ reports }: Seen, backend: BackendName): string | undefined => reports.find(({ name }) => name === backend)?.reason;

function expectServed(seen: Seen, backend: BackendName): void {
  expect([seen.byContext, seen.byFileSystem]).to.deep.equal([backend, backend]);
}

describe("Choosing a backend where a seccomp filter refuses", function () {
  this.timeout(60_000);
  let compiled: Compiled | undefined;

  before(function () {
    if (process.platform !== "linux") this.skip();
    compiled = compileC("seccomp/filter.c");
    const tried = compiled.program === undefined ? undefined : spawnSync(compiled.program, [String(ENOSYS), "--", "/bin/true"], { encoding: "utf8" });
    if (tried?.status !== 0) {
      console.log(`      ${compiled.reason || `seccomp is not to be had here: ${tried?.stderr ?? ""}`}`);
      this.skip();
    }
  });
  after(() => compiled?.remove());

  const under = (answer: number | "trace", ...calls: string[]): Seen => run(compiled?.program ?? "", [String(answer), ...calls, "--"]);

  for (const [title, answer, errno] of [
    ["EPERM", EPERM, "EPERM"],
    ["ENOSYS", ENOSYS, "ENOSYS"],
    ["SECCOMP_RET_TRACE, without a tracer,", "trace", "ENOSYS"],
  ] as const) {
    it(`names a filter that answers io_uring_setup with ${title} and serves kernel AIO`, () => {
      const seen = under(answer, "io_uring_setup");
      expect(reasonOf(seen, "uring")).to.equal(`a seccomp filter blocks io_uring_setup(2) (${errno})`);
      expect(seen.reports[0]?.mend).to.include("--security-opt seccomp=unconfined");
      expect(seen.byImport).to.equal("ERR_CAIO_BACKEND_UNAVAILABLE");
      expectServed(seen, "linux");
    });

    it(`goes on to the thread pool when ${title} is the answer to all of kernel AIO as well`, () => {
      const seen = under(answer, "io_uring_setup", "io_setup", "io_submit");
      expect(reasonOf(seen, "uring")).to.equal(`a seccomp filter blocks io_uring_setup(2) (${errno})`);
      expect(reasonOf(seen, "linux")).to.equal(`a seccomp filter blocks io_setup(2) or io_submit(2) (${errno})`);
      expectServed(seen, "thread");
    });

    it(`goes on to the thread pool as well when ${title} is the answer to io_submit but not to io_setup`, () => {
      const seen = under(answer, "io_uring_setup", "io_submit");
      expect(reasonOf(seen, "linux")).to.equal(`a seccomp filter blocks io_setup(2) or io_submit(2) (${errno})`);
      expectServed(seen, "thread");
    });

    it(`does everything when ${title} is the answer to io_uring_enter alone`, () => {
      expect(["uring", "linux", "thread"]).to.include(under(answer, "io_uring_enter").byContext);
    });
  }

  it("names fs.aio-max-nr when the system's kernel AIO is used up", () => {
    const seen = under(EAGAIN, "io_uring_setup", "io_setup");
    expect(reasonOf(seen, "linux")).to.include("fs.aio-max-nr");
    expect(seen.reports[1]?.mend).to.equal("raise the sysctl fs.aio-max-nr");
    expectServed(seen, "thread");
  });
});

/** A shell sets it and puts it back: that outlives a test that is killed. */
const withSetting = `
  setting=$1; value=$2; shift 2
  before=$(cat "$setting")
  trap 'echo "$before" > "$setting"' EXIT
  trap 'exit 1' HUP INT TERM
  echo "$value" > "$setting"
  "$@"
`;

describe("Choosing a backend where a setting of the kernel refuses", function () {
  this.timeout(60_000);

  for (const [setting, value, blocked] of [
    ["/proc/sys/kernel/io_uring_disabled", "2", "uring"],
    // Below what is taken already: none is left.
    ["/proc/sys/fs/aio-max-nr", "0", "linux"],
  ] as const) {
    it(`names ${path.basename(setting)} and serves the next backend`, function () {
      if (process.env["CAIO_TEST_SETTINGS"] !== "1") {
        console.log("      every process of the machine is affected for a moment: CAIO_TEST_SETTINGS=1 allows that");
        this.skip();
      }
      if (process.platform !== "linux" || process.geteuid?.() !== 0 || !fs.existsSync(setting)) {
        console.log(`      ${setting} is not there, or not to be written by this user`);
        this.skip();
      }
      try {
        fs.writeFileSync(setting, fs.readFileSync(setting, "utf8"));
      } catch (error) {
        console.log(`      ${setting} cannot be written: ${String(error)}`);
        this.skip();
      }
      const before = fs.readFileSync(setting, "utf8");
      const seen = run("sh", ["-c", withSetting, "sh", setting, value]);
      expect(fs.readFileSync(setting, "utf8")).to.equal(before);
      expect(reasonOf(seen, blocked)).to.include(path.basename(setting));
      expect(seen.byContext).to.not.equal(blocked);
    });
  }
});
