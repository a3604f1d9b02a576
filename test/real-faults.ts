/** Limits and mounts as they are met in earnest; test/faults injects what cannot be made so easily. */

import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { canMount, eachBackend, fromUtilLinux, mounted } from "./compared-faults";
import { packageRoot } from "./matrix";

describe("What the system refuses is refused as by node:fs/promises", () => {
  eachBackend("a full file system (ENOSPC)", canMount, {
    within: mounted("size=1m"),
    expected: ["ENOSPC", "done"],
    body: `
      node.writeFileSync(at + "/source", Buffer.alloc(400_000, "s"));
      await note("writeFile", fs.writeFile(at + "/large", Buffer.alloc(3_000_000)));
      await note("size", fs.stat(at + "/large").then(({ size }) => size));
      await note("copyFile", fs.copyFile(at + "/source", at + "/copy"));
      await note("writeFile of little", fs.writeFile(at + "/little", "x"));
      await note("appendFile", fs.appendFile(at + "/large", Buffer.alloc(100_000)));
      const handle = await fs.open(at + "/handle", "w+");
      await note("write", handle.write(Buffer.alloc(10_000)));
      await note("writev", handle.writev([Buffer.alloc(10_000), Buffer.alloc(10)]));
      await note("writeFile of a handle", handle.writeFile("text"));
      await note("sync", handle.sync());
      await note("close", handle.close());
      node.rmSync(at + "/large");
      await note("writeFile with room", fs.writeFile(at + "/again", Buffer.alloc(100_000)));
      await note("the tree", fs.readdir(at).then((names) => names.sort().join()));
    `,
  });

  eachBackend("a file system without inodes left (ENOSPC)", canMount, {
    within: mounted("size=1m,nr_inodes=8"),
    expected: ["ENOSPC", "done"],
    body: `
      for (let index = 0; index < 9; index++) await note("mkdir", fs.mkdir(at + "/d" + index));
      await note("mkdtemp", fs.mkdtemp(at + "/d0/t-").catch((error) => { error.message = error.path = ""; throw error; }));
      // Node says ENOENT, caio what the system said: see compat/DIFFERENCES.md.
      const refused = await fs.mkdir(at + "/new/sub", { recursive: true }).catch(({ code, path }) => code + " " + path);
      await note("mkdir recursive", Promise.resolve(["ENOENT ", "ENOSPC "].map((code) => code + at + "/new").includes(refused)));
      await note("writeFile", fs.writeFile(at + "/file", "x"));
      await note("open", fs.open(at + "/file", "w"));
      await note("symlink", fs.symlink("x", at + "/link"));
      await note("cp", fs.cp(at + "/d0", at + "/d0-copy", { recursive: true }).catch((error) => { throw Object.assign(new Error(error.message), { code: error.code }); }));
      await note("rm", fs.rm(at + "/d1", { recursive: true }));
      await note("mkdir with room", fs.mkdir(at + "/again"));
    `,
  });

  eachBackend("a file system that is mounted to be read only (EROFS)", canMount, {
    within: ["unshare", "-m", "--propagation", "private", "sh", "-c",
      'mount -t tmpfs none "$1" && mkdir "$1/sub" && echo text > "$1/file" && ln -s file "$1/link" && mount -o remount,ro "$1" && shift && exec "$@"', "sh"],
    expected: ["EROFS", "done"],
    body: `
      await note("readFile", fs.readFile(at + "/file", "utf8"));
      await note("open r+", fs.open(at + "/file", "r+"));
      for (const flag of ["w", "a", "wx"]) await note("writeFile " + flag, fs.writeFile(at + "/new", "x", { flag }));
      await note("access", fs.access(at + "/file", 2));
      await note("truncate", fs.truncate(at + "/file"));
      await note("mkdir", fs.mkdir(at + "/new"));
      await note("mkdir recursive", fs.mkdir(at + "/new/sub", { recursive: true }));
      await note("mkdir recursive of what is there", fs.mkdir(at + "/sub", { recursive: true }));
      await note("rmdir", fs.rmdir(at + "/sub"));
      await note("unlink", fs.unlink(at + "/file"));
      await note("rm", fs.rm(at + "/file"));
      await note("rename", fs.rename(at + "/file", at + "/moved"));
      await note("link", fs.link(at + "/file", at + "/hard"));
      await note("symlink", fs.symlink("file", at + "/soft"));
      await note("copyFile", fs.copyFile(at + "/file", at + "/copy"));
      await note("chmod", fs.chmod(at + "/file", 0o600));
      await note("chown", fs.chown(at + "/file", 1, 1));
      await note("lchown", fs.lchown(at + "/link", 1, 1));
      await note("utimes", fs.utimes(at + "/file", 1, 1));
      await note("lutimes", fs.lutimes(at + "/link", 1, 1));
      const handle = await fs.open(at + "/file");
      await note("handle.chmod", handle.chmod(0o600));
      await note("handle.utimes", handle.utimes(1, 1));
      await note("handle.sync", handle.sync());
      await handle.close();
    `,
  });

  eachBackend("a limit of a file's size (EFBIG)", () => fromUtilLinux("prlimit"), {
    within: ["prlimit", "--fsize=65536"],
    expected: ["EFBIG", "done"],
    body: `
      await note("writeFile", fs.writeFile(at + "/large", Buffer.alloc(1_000_000)));
      await note("size", fs.stat(at + "/large").then(({ size }) => size));
      await note("appendFile", fs.appendFile(at + "/large", "more"));
      await note("truncate", fs.truncate(at + "/large", 100_000));
      const handle = await fs.open(at + "/handle", "w+");
      await note("write beyond", handle.write("x", 70_000));
      await note("write across", handle.write(Buffer.alloc(1000), 0, 1000, 65_000).then(({ bytesWritten }) => bytesWritten));
      await note("writev beyond", handle.writev([Buffer.alloc(10), Buffer.alloc(10)], 65_536));
      await note("handle.truncate", handle.truncate(100_000));
      await note("write below", handle.write("x", 10).then(({ bytesWritten }) => bytesWritten));
      await handle.close();
      await note("copyFile of /proc/self/exe", fs.copyFile("/proc/self/exe", at + "/copy"));
      await note("the tree", fs.readdir(at).then((names) => names.sort().join()));
    `,
  });

  eachBackend("a limit of open files (EMFILE)", () => fromUtilLinux("prlimit"), {
    within: ["prlimit", "--nofile=64"],
    expected: ["EMFILE", "done"],
    body: `
      await fs.mkdir(at + "/sub/deep", { recursive: true });
      await fs.writeFile(at + "/file", "text");
      const taken = [];
      for (;;) { try { taken.push(node.openSync(at + "/file")); } catch { break; } }
      await note("open", fs.open(at + "/file"));
      await note("readFile", fs.readFile(at + "/file", "utf8"));
      await note("writeFile", fs.writeFile(at + "/file", "other"));
      await note("appendFile", fs.appendFile(at + "/file", "more"));
      await note("truncate", fs.truncate(at + "/file"));
      await note("readdir", fs.readdir(at));
      await note("readdir recursive", fs.readdir(at, { recursive: true }));
      await note("opendir", fs.opendir(at));
      await note("copyFile", fs.copyFile(at + "/file", at + "/copy"));
      await note("stat", fs.stat(at + "/file"));
      await note("mkdir", fs.mkdir(at + "/made"));
      await note("mkdir recursive", fs.mkdir(at + "/made/a/b", { recursive: true }));
      await note("rename", fs.rename(at + "/made", at + "/moved"));
      await note("realpath", fs.realpath(at + "/moved"));
      // All of them are waited for: what Node has queued would take the room that is made next.
      const many = await Promise.allSettled(Array.from({ length: 50 }, () => fs.readFile(at + "/file")));
      await note("many at once", Promise.resolve(many.map(({ reason }) => reason?.code).join()));
      for (const fd of taken) node.closeSync(fd);
      await note("readFile with room", fs.readFile(at + "/file", "utf8"));
      await note("readdir with room", fs.readdir(at).then((names) => names.sort().join()));
    `,
  });

  it("no memory to be locked (RLIMIT_MEMLOCK) leaves everything to a backend that needs none", function () {
    const reason = canMount() ?? fromUtilLinux("prlimit");
    if (reason !== undefined) {
      console.log(`      ${reason}`);
      this.skip();
    }
    const script = `
      process.setgroups([]); process.setgid(65534); process.setuid(65534);
      const { backends } = require("caio");
      const fs = require("caio/fs");
      (async () => {
        const folder = await fs.mkdtemp("/tmp/caio-memlock-");
        await fs.writeFile(folder + "/file", Buffer.alloc(3_000_000, "m"), { flush: true });
        await Promise.all(Array.from({ length: 200 }, (_, index) => fs.writeFile(folder + "/" + index, "x")));
        await fs.cp(folder + "/file", folder + "/copy");
        const { length } = await fs.readFile(folder + "/copy");
        await fs.rm(folder, { recursive: true });
        const [uring] = backends();
        console.log(JSON.stringify({ length, told: uring.available || /lock memory/.test(uring.reason) || uring.reason }));
      })();
    `;
    const { CAIO_IMPL: _impl, CAIO_TRY_NOW: _tryNow, ...env } = process.env;
    const { stdout, stderr, status } = spawnSync("prlimit", ["--memlock=0", process.execPath, "-e", script], { cwd: packageRoot, env, encoding: "utf8" });
    expect({ stderr, status }).to.deep.equal({ stderr: "", status: 0 });
    expect(JSON.parse(stdout)).to.deep.equal({ length: 3_000_000, told: true });
  });
});
