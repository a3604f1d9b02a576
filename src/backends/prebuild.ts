/** Where an addon lies that was built elsewhere, for this platform, and came with the package. */

import path from "node:path";

import { nodeFs } from "./node-fs";

/** Addons of the two C libraries of Linux do not load in each other's processes; the interpreter that Node's own file asks for tells. */
function isOnMusl(): boolean {
  let fd: number | undefined;
  try {
    fd = nodeFs.openSync(process.execPath, "r");
    const start = Buffer.alloc(4096);
    nodeFs.readSync(fd, start, 0, start.length, 0);
    return start.includes("/ld-musl-");
  } catch {
    return false;
  } finally {
    if (fd !== undefined) nodeFs.closeSync(fd);
  }
}

let name: string | undefined;

/** As the folders of prebuilds/ are called: linux-x64-glibc, linux-arm64-musl, darwin-arm64. */
export function platformName(): string {
  return (name ??= [process.platform, process.arch, ...(process.platform === "linux" ? [isOnMusl() ? "musl" : "glibc"] : [])].join("-"));
}

/** @param parent the folder that holds prebuilds/ */
export const prebuiltAddon = (parent: string): string => path.join(parent, "prebuilds", platformName(), "caio.node");
