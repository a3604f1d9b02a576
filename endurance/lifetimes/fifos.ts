/** FIFOs held open at both ends: a read waits for as long as nobody writes. */

import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

let made = 0;

export function makeFifos(folder: string, count: number): string[] {
  const names = Array.from({ length: count }, () => join(folder, `fifo-${process.pid}-${made++}`));
  execFileSync("mkfifo", names);
  return names;
}

/** This process's own hold on a FIFO: to write to it, and to see what is still in it. */
export class Hold {
  readonly #fd: number;

  constructor(readonly path: string) {
    this.#fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  write(bytes: Uint8Array): void {
    writeSync(this.#fd, bytes);
  }

  /** Takes everything that is in it. */
  drain(): number {
    const room = Buffer.alloc(65_536);
    try {
      return readSync(this.#fd, room);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
      throw error;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
