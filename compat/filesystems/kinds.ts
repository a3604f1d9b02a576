/** How each file system is made and mounted. All of it happens in namespaces of its own: what is mounted ends with the last process. */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export interface Kind {
  readonly name: string;
  /** Mounts one at `place`, an empty folder; `work` is an empty one for what lies beneath it. Throws with the reason why it cannot be. */
  readonly mount: (place: string, work: string) => void | Promise<void>;
  /** Each call takes milliseconds there, and none can be tried at once: to switch that off changes nothing. */
  readonly slow?: true;
}

/** Sparse: what the suite writes is a hundredth of it. */
const imageSize = 2 * 1024 ** 3;

/** For xfs, btrfs and the rest, mkfs and mount are the administrator's and may not be on the path. */
const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin` };

function run(command: string, ...args: readonly string[]): void {
  const { error, status, signal, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env, timeout: 120_000 });
  if (error !== undefined) throw new Error("code" in error && error.code === "ENOENT" ? `there is no ${command} here` : `${command}: ${error.message}`);
  if (status === 0) return;
  const [told = ""] = `${stderr}${stdout}`.split("\n").filter((line) => line.trim() !== "");
  throw new Error(`${command}: ${told.trim() || `ended with ${signal ?? status}`}`);
}

function onLoop(type: "ext4" | "xfs" | "btrfs", place: string, work: string): void {
  const image = join(work, `${type}.img`);
  writeFileSync(image, "");
  truncateSync(image, imageSize);
  run(`mkfs.${type}`, "-q", image);
  run("mount", "-t", type, "-o", "loop", image, place);
  // The loop device holds it: the space comes back with the end of the mount, whatever ends it.
  rmSync(image);
}

/** For what lies on another file system, so that nothing depends on where the project happens to be. */
function ground(work: string, ...folders: readonly string[]): string[] {
  const place = join(work, "ground");
  mkdirSync(place);
  onLoop("ext4", place, work);
  return folders.map((name) => {
    const folder = join(place, name);
    mkdirSync(folder);
    return folder;
  });
}

/** Of the host, and of the volume. */
const host = "caio-compat";

async function withinHalfAMinute(step: () => void): Promise<void> {
  for (let left = 60; ; left -= 1) {
    try {
      step();
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
    await delay(500);
  }
}

/** One brick, served and mounted over the loopback interface of a network namespace, so that other servers are not met. */
async function glusterfs(place: string, work: string): Promise<void> {
  const [brick = "", settings = ""] = ground(work, "brick", "settings");
  // A brick's host must have a name: the bare address is refused.
  const hosts = join(settings, "hosts");
  writeFileSync(hosts, `${readFileSync("/etc/hosts", "utf8")}\n127.0.0.1 ${host}\n`);
  run("glusterd", "--version");
  run("ip", "link", "set", "lo", "up");
  run("mount", "--bind", hosts, "/etc/hosts");
  for (const folder of ["/run", "/var/lib/glusterd", "/var/log/glusterfs"]) run("mount", "-t", "tmpfs", "none", folder);
  run("glusterd");
  await withinHalfAMinute(() => run("gluster", "--mode=script", "volume", "create", host, `${host}:${brick}`, "force"));
  run("gluster", "--mode=script", "volume", "start", host);
  await withinHalfAMinute(() => run("mount", "-t", "glusterfs", `${host}:/${host}`, place));
}

export const kinds: readonly Kind[] = [
  { name: "ext4", mount: (place, work) => onLoop("ext4", place, work) },
  { name: "xfs", mount: (place, work) => onLoop("xfs", place, work) },
  { name: "btrfs", mount: (place, work) => onLoop("btrfs", place, work) },
  { name: "tmpfs", mount: (place) => run("mount", "-t", "tmpfs", "none", place) },
  {
    name: "overlayfs",
    mount: (place, work) => {
      const [lower = "", upper = "", scratch = ""] = ground(work, "lower", "upper", "scratch");
      run("mount", "-t", "overlay", "-o", `lowerdir=${lower},upperdir=${upper},workdir=${scratch}`, "none", place);
    },
  },
  {
    name: "bindfs",
    mount: (place, work) => {
      const [source = ""] = ground(work, "source");
      // By itself, FUSE remembers attributes for a second: of a file with a new link, how many it had depends on the moment.
      run("bindfs", "-o", "attr_timeout=0", source, place);
    },
  },
  { name: "glusterfs", mount: glusterfs, slow: true },
];
