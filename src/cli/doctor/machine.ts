/** The platform, what it allows a process, and what stands around the process. */

import os from "node:os";
import path from "node:path";

import { loadAddon, packageRoot } from "../../backends/addon";
import { nodeFs } from "../../backends/node-fs";
import { platformName } from "../../backends/prebuild";
import { numberIn, textOf } from "./proc";

export interface Platform {
  readonly caio: string;
  readonly runtime: string;
  /** As the folders with prebuilt addons are called. */
  readonly platform: string;
  readonly kernel: string;
  readonly processors: number;
  /** The native addon that was loaded. */
  readonly addon: string | null;
}

function runtimeName(): string {
  const { bun, deno, electron, node } = process.versions;
  if (bun !== undefined) return `Bun ${bun}`;
  if (deno !== undefined) return `Deno ${deno}`;
  return electron === undefined ? `Node ${node}` : `Electron ${electron} (Node ${node})`;
}

export function platform(): Platform {
  const { version } = JSON.parse(nodeFs.readFileSync(path.join(packageRoot, "package.json"), "utf8")) as { version: string };
  const addon = loadAddon();
  return {
    caio: version,
    runtime: runtimeName(),
    platform: platformName(),
    kernel: `${os.type()} ${os.release()}`,
    processors: os.availableParallelism(),
    addon: addon.native === undefined ? null : addon.file,
  };
}

/** Soft and hard; null: unlimited. */
export interface Limit {
  readonly soft: number | null;
  readonly hard: number | null;
}

/** Undefined where the system does not tell. */
export interface Limits {
  /** Descriptors that the process may have open. */
  readonly openFiles: Limit | undefined;
  /** Bytes that it may lock in memory: before Linux 5.12, io_uring's rings counted. */
  readonly lockedMemory: Limit | undefined;
  readonly "fs.aio-nr": number | undefined;
  readonly "fs.aio-max-nr": number | undefined;
  readonly "kernel.io_uring_disabled": number | undefined;
}

/** A line of proc(5)'s limits: name, soft, hard, unit. */
function limitNamed(name: string, text: string): Limit | undefined {
  const found = new RegExp(`^${name} +(\\S+) +(\\S+)`, "m").exec(text);
  const amount = (value = ""): number | null => (value === "unlimited" ? null : Number(value));
  return found === null ? undefined : { soft: amount(found[1]), hard: amount(found[2]) };
}

export function limits(): Limits {
  const text = textOf("/proc/self/limits") ?? "";
  return {
    openFiles: limitNamed("Max open files", text),
    lockedMemory: limitNamed("Max locked memory", text),
    "fs.aio-nr": numberIn("/proc/sys/fs/aio-nr"),
    "fs.aio-max-nr": numberIn("/proc/sys/fs/aio-max-nr"),
    "kernel.io_uring_disabled": numberIn("/proc/sys/kernel/io_uring_disabled"),
  };
}

export interface Confinement {
  /** What gave the container away. */
  readonly container: string | null;
  /** A filter decides about system calls. Undefined where the system does not tell. */
  readonly seccomp: boolean | undefined;
  readonly permissionModel: boolean;
}

function container(): string | null {
  if (nodeFs.existsSync("/.dockerenv")) return "Docker (/.dockerenv)";
  if (nodeFs.existsSync("/run/.containerenv")) return "Podman (/run/.containerenv)";
  if (process.env.KUBERNETES_SERVICE_HOST !== undefined) return "Kubernetes (KUBERNETES_SERVICE_HOST)";
  if (process.env.container !== undefined) return `${process.env.container} (the variable container)`;
  const named = /docker|kubepods|containerd|libpod|lxc/.exec(textOf("/proc/1/cgroup") ?? "");
  return named === null ? null : `${named[0]} (/proc/1/cgroup)`;
}

export function confinement(): Confinement {
  const mode = /^Seccomp:\s*(\d)$/m.exec(textOf("/proc/self/status") ?? "")?.[1];
  return {
    container: container(),
    seccomp: mode === undefined ? undefined : mode !== "0",
    permissionModel: "permission" in process && process.permission !== undefined,
  };
}

/** The variables that steer caio, where they are set. */
export function environment(): Readonly<Record<string, string>> {
  const names = ["CAIO_IMPL", "CAIO_TRY_NOW", "CAIO_REGISTER", "NODE_OPTIONS", "UV_THREADPOOL_SIZE"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? ""]])));
}
