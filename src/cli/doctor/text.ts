/** The doctor's findings for people. */

import type { Diagnosis } from "./diagnosis";
import type { Limit } from "./machine";

type Lines = readonly (readonly [name: string, value: string | undefined])[];

/** Names in a column; what has no value is left out. */
function section(title: string, lines: Lines): string {
  const told = lines.filter(([, value]) => value !== undefined);
  const width = Math.max(...told.map(([name]) => name.length));
  return [title, ...told.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)].join("\n");
}

const amount = (value: number | null): string => (value === null ? "unlimited" : String(value));
const limit = (value: Limit | undefined): string | undefined => value && `${amount(value.soft)} (at most ${amount(value.hard)})`;
const yesOrNo = (value: boolean | undefined): string | undefined => (value === undefined ? undefined : value ? "yes" : "no");

function routes({ fileSystem }: Diagnosis): string {
  const width = Math.max(...fileSystem.routes.map(({ operation }) => operation.length));
  const usually = Math.max("usually".length, ...fileSystem.routes.map(({ usual }) => usual.length));
  const row = (operation: string, usual: string, mustWait: string): string => `  ${operation.padEnd(width)}  ${usual.padEnd(usually)}  ${mustWait}`;
  return [
    "Routes there (at once: on the calling thread, without waiting)",
    row("", "usually", "if it must wait"),
    ...fileSystem.routes.map(({ operation, usual, mustWait }) => row(operation, usual, mustWait)),
    ...(fileSystem.readOnly === undefined ? [] : [`  Only this was tried: ${fileSystem.readOnly}`]),
  ].join("\n");
}

export function textOf(diagnosis: Diagnosis): string {
  const { platform, backends, fileSystem, limits, confinement, environment, hints } = diagnosis;
  const { mount } = fileSystem;
  return [
    section("Platform", [
      ["caio", platform.caio],
      ["runtime", platform.runtime],
      ["platform", platform.platform],
      ["kernel", platform.kernel],
      ["processors", String(platform.processors)],
      ["addon", platform.addon ?? "none"],
    ]),
    section("Backends", backends.map(({ name, available, inUse, reason }) => [name, available ? (inUse ? "available, serves" : "available") : `not available: ${reason}`])),
    section("File system", [
      ["path", fileSystem.path],
      ["mounted at", mount?.point],
      ["type", mount && `${mount.type} (${mount.source})`],
      ["options", mount?.options],
      ["local", yesOrNo(fileSystem.local)],
    ]),
    routes(diagnosis),
    section("Limits", [
      ["open files", limit(limits.openFiles)],
      ["locked memory", limit(limits.lockedMemory)],
      ["fs.aio-nr of fs.aio-max-nr", limits["fs.aio-max-nr"] === undefined ? undefined : `${limits["fs.aio-nr"] ?? "?"} of ${limits["fs.aio-max-nr"]}`],
      ["kernel.io_uring_disabled", limits["kernel.io_uring_disabled"]?.toString()],
    ]),
    section("Around the process", [
      ["container", confinement.container ?? "none seen"],
      ["seccomp filter", yesOrNo(confinement.seccomp)],
      ["permission model", yesOrNo(confinement.permissionModel)],
      ...Object.entries(environment),
    ]),
    hints.length === 0 ? "Nothing to mend." : ["To know, or to mend", ...hints.map((hint) => `  - ${hint}`)].join("\n"),
  ].join("\n\n");
}
