import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { backends } from "caio";
import { packageRoot } from "./matrix";
import { copyPackage } from "./package-copy";

interface Told {
  readonly platform: { readonly kernel: string; readonly addon: string | null };
  readonly backends: ReturnType<typeof backends>;
  readonly fileSystem: {
    readonly path: string;
    readonly mount?: { readonly point: string; readonly type: string };
    readonly routes: readonly { readonly operation: string; readonly usual: string; readonly mustWait: string }[];
    readonly readOnly?: string;
  };
  readonly limits: Readonly<Record<string, unknown>>;
  readonly hints: readonly string[];
}

const { mountOf } = require(path.join(packageRoot, "dist/cli/doctor/file-system.js")) as {
  mountOf(place: string, table: string): { point: string; type: string; source: string; options: string } | undefined;
};

function caio(args: readonly string[], env: Readonly<Record<string, string>> = {}, root = packageRoot): { stdout: string; stderr: string; status: number | null } {
  const { CAIO_IMPL: _impl, CAIO_TRY_NOW: _tryNow, ...inherited } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, [path.join(root, "dist/cli/main.js"), ...args], {
    env: { ...inherited, ...env },
    encoding: "utf8",
  });
  return { stdout, stderr, status };
}

const told = (stdout: string): Told => JSON.parse(stdout) as Told;
const native = backends().some(({ name, inUse }) => inUse && name !== "js");

describe("caio doctor", () => {
  let folder = "";
  before(() => {
    fs.mkdirSync(path.join(packageRoot, "scratch"), { recursive: true });
    folder = fs.mkdtempSync(path.join(packageRoot, "scratch", "caio-doctor-test-"));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it("tells the same of the backends as backends(), and ends with 0 when a native one serves", () => {
    const { stdout, stderr, status } = caio(["doctor", "--json", folder]);
    expect(stderr).to.equal("");
    expect(status).to.equal(native ? 0 : 1);
    const strip = (reports: readonly object[]): object[] => reports.map((report) => ({ ...report, fileHandle: undefined, fileHandleReason: undefined }));
    expect(strip(told(stdout).backends)).to.deep.equal(strip(backends()));
  });

  it("ends with 1 when the js backend serves, and says who decided that", () => {
    const { stdout, status } = caio(["doctor", "--json", folder], { CAIO_IMPL: "js" });
    expect(status).to.equal(1);
    expect(told(stdout).hints).to.include("CAIO_IMPL=js decides which backend serves");
    expect(new Set(told(stdout).fileSystem.routes.map(({ usual }) => usual))).to.deep.equal(new Set(["js"]));
  });

  it("gives the reason and the mend of what is not available", () => {
    const copy = copyPackage(["dist"]);
    try {
      const { stdout, status } = caio(["doctor", folder], {}, copy.root);
      expect(status).to.equal(1);
      expect(stdout).to.match(/uring +not available: the native addon is missing/);
      expect(stdout).to.match(/- uring: the native addon is missing.* To mend it: run `npm rebuild caio`/);
      expect(stdout).to.match(/addon +none/);
    } finally {
      copy.remove();
    }
  });

  it("finds the routes by trying them, and leaves nothing behind", function () {
    if (!native) this.skip();
    for (const { name, available } of backends()) {
      if (!available || name === "js") continue;
      const { routes } = told(caio(["doctor", "--json", folder], { CAIO_IMPL: name }).stdout).fileSystem;
      const of = (wanted: string): (typeof routes)[number] | undefined => routes.find(({ operation }) => operation === wanted);
      expect(of("mkdir")).to.deep.equal({ operation: "mkdir", usual: "pool", mustWait: "pool" });
      // An engine's first; after more, kernel AIO does it on uring and linux.
      expect(of("fsync")?.usual).to.equal("pool");
      expect(of("read")?.mustWait).to.equal(name === "uring" ? "ring" : "pool");
      expect(routes.map(({ operation }) => operation)).to.include.members(["open", "close", "stat", "read", "write", "readFile", "writeFile", "rename", "unlink"]);
      for (const { operation, usual, mustWait } of routes) {
        expect(usual, operation).to.match(/^(at once|ring|kernel AIO|pool)$/);
        expect(mustWait, operation).to.match(/^(ring|kernel AIO|pool)$/);
      }
    }
    expect(fs.readdirSync(folder)).to.deep.equal([]);
  });

  it("sends everything to the backend with CAIO_TRY_NOW=0, and says so", function () {
    if (!native) this.skip();
    const { fileSystem, hints } = told(caio(["doctor", "--json", folder], { CAIO_TRY_NOW: "0" }).stdout);
    expect(fileSystem.routes.map(({ usual }) => usual)).to.not.include("at once");
    expect(hints.join()).to.include("CAIO_TRY_NOW=0");
  });

  it("tries only what reads where it cannot write", function () {
    if (process.platform !== "linux") this.skip();
    const { fileSystem } = told(caio(["doctor", "--json", "/proc"]).stdout);
    expect(fileSystem.mount).to.include({ point: "/proc", type: "proc" });
    expect(fileSystem.routes.map(({ operation }) => operation)).to.deep.equal(["stat", "access", "readdir"]);
    expect(fileSystem.readOnly).to.match(/^\/proc cannot be written to/);
  });

  it("tells the limits of the process and the system", function () {
    if (process.platform !== "linux") this.skip();
    const { limits } = told(caio(["doctor", "--json", folder]).stdout);
    expect(limits.openFiles).to.have.all.keys("soft", "hard");
    expect(limits.lockedMemory).to.have.all.keys("soft", "hard");
    expect(limits["fs.aio-max-nr"]).to.equal(Number(fs.readFileSync("/proc/sys/fs/aio-max-nr", "utf8")));
  });

  it("takes the longest mount point, the last of those on one another, and names with white space", () => {
    const table = [
      "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
      "30 21 0:40 / /mnt rw - tmpfs tmpfs rw",
      "31 30 0:41 / /mnt ro - xfs /dev/sdb1 ro",
      "32 21 0:42 / /with\\040space rw shared:7 master:2 - nfs4 host:/share rw",
    ].join("\n");
    expect(mountOf("/mnt/file", table)).to.deep.equal({ point: "/mnt", type: "xfs", source: "/dev/sdb1", options: "ro" });
    expect(mountOf("/mntother", table)?.type).to.equal("ext4");
    expect(mountOf("/with space/x", table)).to.include({ type: "nfs4", source: "host:/share" });
  });

  it("ends with 2 for a path that is not there, and for a wrong option", () => {
    expect(caio(["doctor", path.join(folder, "none")])).to.deep.include({ stdout: "", status: 2 });
    expect(caio(["doctor", path.join(folder, "none")]).stderr).to.match(/^caio: ENOENT/);
    expect(caio(["doctor", "--jsn"])).to.deep.include({ stdout: "", status: 2 });
  });

  it("explains its exit status in its help", () => {
    const { stdout, status } = caio(["doctor", "--help"]);
    expect(status).to.equal(0);
    expect(stdout).to.include("Exit status: 0 if a native backend serves, 1 if the js backend does");
  });
});

describe("caio on the command line", () => {
  it("lists its commands, and ends with 2 for one that it does not have", () => {
    expect(caio(["--help"]).stdout).to.match(/^ {2}doctor {4}/m);
    const { stderr, status } = caio(["toString"]);
    expect(status).to.equal(2);
    expect(stderr).to.match(/^caio: no such command: toString/);
  });
});
