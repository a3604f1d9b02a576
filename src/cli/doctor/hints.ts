/** What somebody who looks after the machine could do. */

import type { BackendReport } from "../../backends/select";
import type { Diagnosis } from "./diagnosis";

/** Fewer descriptors than this are soon used up by promises in parallel. */
const fewDescriptors = 1024;
/** Of fs.aio-max-nr. */
const mostlyUsed = 0.8;

function onBackends(backends: readonly BackendReport[]): string[] {
  return backends.flatMap(({ name, reason, mend }) => (reason === undefined ? [] : [`${name}: ${reason}. To mend it: ${mend ?? ""}`]));
}

export function hints({ backends, fileSystem, limits, confinement, environment }: Omit<Diagnosis, "hints">): string[] {
  const found = onBackends(backends);
  if (confinement.container !== null && confinement.seccomp === true && backends.some(({ name, available }) => name === "uring" && !available)) {
    found.push("this is a container with a seccomp filter: its profile decides about io_uring, see Troubleshooting in the README");
  }
  if (environment.CAIO_IMPL !== undefined && environment.CAIO_IMPL !== "") found.push(`CAIO_IMPL=${environment.CAIO_IMPL} decides which backend serves`);
  if (environment.CAIO_TRY_NOW === "0") found.push("CAIO_TRY_NOW=0 sends every operation to the backend: slower where the data is in memory");
  if (fileSystem.local === false) {
    found.push(`${fileSystem.mount?.type ?? "this file system"} may wait for a network or a server inside any call, so nothing is opened or looked up on the calling thread`);
  }
  const { openFiles, "fs.aio-nr": used, "fs.aio-max-nr": most } = limits;
  if (openFiles !== undefined && openFiles.soft !== null && openFiles.soft < fewDescriptors) {
    found.push(`only ${openFiles.soft} files may be open at a time: ulimit -n raises that`);
  }
  if (used !== undefined && most !== undefined && used > most * mostlyUsed) {
    found.push(`${used} of ${most} kernel AIO requests of the system are taken: sysctl fs.aio-max-nr raises that`);
  }
  return found;
}
