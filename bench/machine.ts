/** Where the figures come from: a figure without its machine says little. */

import { statfsSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";

/** statfs(2) magic numbers of common file systems; ext2, 3 and 4 share one. */
const fileSystems = new Map([
  [0xef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x01021994, "tmpfs"],
  [0x794c7630, "overlayfs"],
  [0x6969, "nfs"],
  [0x2fc12fc1, "zfs"],
]);

export interface Machine {
  readonly node: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly fileSystem: string;
}

export function describeMachine(folder: string): Machine {
  const magic = statfsSync(folder).type;
  return {
    node: process.version,
    kernel: `${type()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    fileSystem: fileSystems.get(magic) ?? `file system 0x${magic.toString(16)}`,
  };
}

export const machineLine = ({ node, kernel, cpu, cores, memoryGiB, fileSystem }: Machine): string =>
  `Node ${node}, ${kernel}, ${cores} x ${cpu}, ${memoryGiB} GiB, ${fileSystem}`;
