/**
 * A disk that forgets at a power cut what was never written down to it: an image on a loop device. What only the page cache
 * above the device has is not in the image; a copy of the image is what a machine would find after the cut.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const size = 64 << 20;
const reserve = 8 * size;

const call = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** In memory where there is enough of it: two copies are read at each cut. */
function placeFor(folder: string): string {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    if (bavail * bsize > reserve) return join("/dev/shm", `caio-durability-${process.pid}`);
  } catch {
    // Then beside everything else.
  }
  return folder;
}

/** Nothing of the copy may be of one moment and the rest of another. */
async function stableCopy(image: string): Promise<Buffer> {
  for (let before = readFileSync(image); ; ) {
    await wait(20);
    const now = readFileSync(image);
    if (now.equals(before)) return now;
    before = now;
  }
}

export class VolatileDisk {
  readonly folder: string;
  readonly #place: string;
  readonly #image: string;

  private constructor(folder: string) {
    this.#place = placeFor(folder);
    this.#image = join(this.#place, "image");
    this.folder = join(folder, "volatile");
    mkdirSync(this.#place, { recursive: true });
    mkdirSync(this.folder, { recursive: true });
  }

  /** A disk, or why there can be none here. */
  static make(folder: string): VolatileDisk | string {
    const disk = new VolatileDisk(folder);
    try {
      writeFileSync(disk.#image, "");
      truncateSync(disk.#image, size);
      call("mkfs.ext4", "-q", "-F", disk.#image);
      disk.#mount();
      return disk;
    } catch (error) {
      disk.remove();
      return error instanceof Error ? (error.message.split("\n").find((line) => line.trim() !== "") ?? "") : String(error);
    }
  }

  /** No commit of the journal but those that somebody asks for; data waits for 30 seconds by itself. */
  #mount(): void {
    call("mount", "-o", "loop,commit=600", this.#image, this.folder);
  }

  /** All that is on it is safe from now on. */
  sync(): void {
    call("sync", "-f", this.folder);
  }

  /** The disk as it is found after a power cut. */
  async cut(): Promise<void> {
    const found = await stableCopy(this.#image);
    call("umount", this.folder);
    writeFileSync(`${this.#image}-found`, found);
    renameSync(`${this.#image}-found`, this.#image);
    this.#mount();
  }

  remove(): void {
    try {
      call("umount", this.folder);
    } catch {
      // It was not mounted.
    }
    rmSync(this.#place, { recursive: true, force: true });
  }
}
