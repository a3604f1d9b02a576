/** −errno of the call that a kernel refused → why, and what mends it. */

import os from "node:os";
import { getSystemErrorMap } from "node:util";

import type { NativeBackendName } from "../../typings/native";
import type { Obstacle } from "./addon";
import { nodeFs } from "./node-fs";

const read = (file: string): string | undefined => {
  try {
    return nodeFs.readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
};

const nameOf = (result: number): string => getSystemErrorMap().get(result)?.[0] ?? `error ${-result}`;

/** Mode 2 is a filter; 1 is the strict mode, under which Node would not run. */
const isFiltered = (): boolean => /^Seccomp:\s*2$/m.test(read("/proc/self/status") ?? "");

function kernelIsOlderThan(major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = os.release().split(".").map((part) => Number.parseInt(part, 10));
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

const unconfined =
  "allow the calls: docker or podman run --security-opt seccomp=unconfined, or a profile with them; " +
  "in Kubernetes, securityContext.seccompProfile.type: Unconfined";

const filter = (calls: string, name: string): Obstacle => ({
  reason: `a seccomp filter blocks ${calls} (${name})`,
  mend: unconfined,
});

function ringObstacle(result: number): Obstacle {
  const name = nameOf(result);
  const calls = "io_uring_setup(2)";
  switch (name) {
    case "ENOSYS":
      if (kernelIsOlderThan(5, 6)) {
        return { reason: `kernel ${os.release()} is too old for io_uring`, mend: "run on kernel 5.6 or newer" };
      }
      if (isFiltered()) return filter(calls, name);
      return { reason: `this kernel was built without io_uring (${name})`, mend: "run on a kernel with CONFIG_IO_URING" };
    case "EPERM": {
      const disabled = read("/proc/sys/kernel/io_uring_disabled");
      if (disabled !== undefined && disabled !== "0") {
        return { reason: `the sysctl kernel.io_uring_disabled is ${disabled} (${name})`, mend: "sysctl kernel.io_uring_disabled=0" };
      }
      return filter(calls, name);
    }
    case "ENOMEM":
      return { reason: `${calls} may not lock memory (${name})`, mend: "raise the limit: ulimit -l" };
    case "EINVAL":
    case "ENOTSUP":
    case "EOPNOTSUPP":
      return { reason: `the io_uring of kernel ${os.release()} lacks an operation that is needed (${name})`, mend: "run on a newer kernel" };
    default:
      return { reason: `${calls} failed: ${name}`, mend: mendOfExhaustion(name) };
  }
}

function aioObstacle(result: number): Obstacle {
  const name = nameOf(result);
  const calls = "io_setup(2) or io_submit(2)";
  switch (name) {
    case "ENOSYS":
      if (isFiltered()) return filter(calls, name);
      return { reason: `this kernel was built without kernel AIO (${name})`, mend: "run on a kernel with CONFIG_AIO" };
    case "EPERM":
      return filter(calls, name);
    case "EAGAIN": {
      const used = read("/proc/sys/fs/aio-nr") ?? "?";
      const limit = read("/proc/sys/fs/aio-max-nr") ?? "?";
      return { reason: `the system's kernel AIO requests are used up (${name}: fs.aio-nr ${used} of fs.aio-max-nr ${limit})`, mend: "raise the sysctl fs.aio-max-nr" };
    }
    default:
      return { reason: `${calls} failed: ${name}`, mend: mendOfExhaustion(name) };
  }
}

function mendOfExhaustion(name: string): string {
  if (name === "EMFILE") return "raise the limit of open files: ulimit -n";
  if (name === "ENFILE") return "raise the sysctl fs.file-max";
  if (name === "ENOMEM") return "free memory";
  return "see the error's manual page";
}

/** @param result −errno of a probe or of a set-up call */
export function diagnose(backend: NativeBackendName, result: number): Obstacle {
  if (backend === "thread") {
    const name = nameOf(result);
    return { reason: `the thread pool cannot be set up: ${name}`, mend: mendOfExhaustion(name) };
  }
  if (process.platform !== "linux") {
    return { reason: `${process.platform} has no ${backend === "uring" ? "io_uring" : "kernel AIO"}`, mend: "run on Linux" };
  }
  return backend === "uring" ? ringObstacle(result) : aioObstacle(result);
}
