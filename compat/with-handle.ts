import type { FileHandle } from "node:fs/promises";
import type { Fs } from "./scenario";

/** Linux: a descriptor that only names a file; nearly everything else says EBADF of it. */
export const O_PATH = 0o10000000;

/** Opens, lets `use` work, and closes whatever happened. */
export async function withHandle(fs: Fs, path: string, flags: string | number, use: (handle: FileHandle) => Promise<unknown>): Promise<unknown> {
  const handle = await fs.open(path, flags);
  try {
    return await use(handle);
  } finally {
    if (handle.fd >= 0) await handle.close();
  }
}
