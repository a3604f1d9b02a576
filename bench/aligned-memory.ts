/** Memory that O_DIRECT takes, in every runtime. */

import { closeSync, constants, openSync, readSync } from "node:fs";

const page = 4096;
/** No allocator gives less. */
const step = 16;

/**
 * caio's own where it runs. Elsewhere nothing tells an address, so that the kernel is asked: the first place in a page
 * at which it takes a direct read of `path`, a file of a page at least.
 */
export async function alignedMemory(size: number, path: string): Promise<Buffer> {
  if (process.versions["bun"] === undefined && process.versions["deno"] === undefined) {
    const { alignedBuffer } = await import("caio");
    return alignedBuffer(size, page);
  }
  const memory = Buffer.alloc(size + page);
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECT);
  try {
    for (let start = 0; start < page; start += step) {
      try {
        readSync(fd, memory, start, page, 0);
        return memory.subarray(start, start + size);
      } catch (error) {
        if ((error as { code?: string }).code !== "EINVAL") throw error;
      }
    }
  } finally {
    closeSync(fd);
  }
  throw new Error("O_DIRECT takes memory at no place of a page");
}
