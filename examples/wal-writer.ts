/**
 * A write-ahead log in the manner of SQLite: pages go to the log in frames, a transaction counts when its last frame, the
 * commit, is on the disk, and a checkpoint brings the pages into the database. Checksums run on from frame to frame, so
 * that what a crash left half-written ends the log.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import type { Example, FileSystem } from "./example";

export const pageSize = 4096;
const headerSize = 32;
const frameHeaderSize = 24;
const frameSize = frameHeaderSize + pageSize;
/** SQLite's, for checksums of big-endian words. */
const magic = 0x377f0683;

type Sums = readonly [number, number];

/** SQLite's checksum, over pairs of 32-bit words. */
function checksum(bytes: Buffer, [first, second]: Sums): Sums {
  let [one, two] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    one = (one + bytes.readUInt32BE(at) + two) >>> 0;
    two = (two + bytes.readUInt32BE(at + 4) + one) >>> 0;
  }
  return [one, two];
}

export class WriteAheadLog {
  /** Where in the log each committed page is. */
  readonly #frames = new Map<number, number>();
  #sums: Sums = [0, 0];
  #end = headerSize;
  #last: Promise<void> = Promise.resolve();

  private constructor(
    private readonly database: FileHandle,
    private readonly log: FileHandle,
    private readonly salt: Buffer,
  ) {}

  /** Takes over what has been committed before. */
  static async open(fs: FileSystem, name: string): Promise<WriteAheadLog> {
    const flags = fs.constants.O_RDWR | fs.constants.O_CREAT;
    const [database, log] = await Promise.all([fs.open(name, flags), fs.open(`${name}-wal`, flags)]);
    const header = Buffer.alloc(headerSize);
    const { bytesRead } = await log.read(header, 0, headerSize, 0);
    const sums = checksum(header.subarray(0, 24), [0, 0]);
    const isWhole = bytesRead === headerSize && header.readUInt32BE(0) === magic && header.readUInt32BE(24) === sums[0] && header.readUInt32BE(28) === sums[1];
    const wal = new WriteAheadLog(database, log, Buffer.alloc(8));
    if (isWhole) {
      header.copy(wal.salt, 0, 16, 24);
      wal.#sums = sums;
      await wal.#recover();
    } else await wal.#begin(0);
    return wal;
  }

  /** Writes all of the pages, or none: they are on the disk when the promise resolves. One transaction at a time. */
  commit(pages: ReadonlyMap<number, Buffer>): Promise<void> {
    const done = this.#last.then(() => this.#commit(pages));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async read(page: number): Promise<Buffer> {
    const content = Buffer.alloc(pageSize);
    const at = this.#frames.get(page);
    if (at === undefined) await this.database.read(content, 0, pageSize, page * pageSize);
    else await this.log.read(content, 0, pageSize, at + frameHeaderSize);
    return content;
  }

  /** Brings everything into the database, and begins the log anew. */
  async checkpoint(): Promise<void> {
    await this.#last;
    await Promise.all([...this.#frames.keys()].map(async (page) => this.database.write(await this.read(page), 0, pageSize, page * pageSize)));
    await this.database.datasync();
    this.#frames.clear();
    await this.#begin(this.salt.readUInt32BE(0) + 1);
  }

  async close(): Promise<void> {
    await this.#last;
    await Promise.all([this.database.close(), this.log.close()]);
  }

  /** A new salt: frames of before do not count any more. */
  async #begin(salt: number): Promise<void> {
    this.salt.writeUInt32BE(salt >>> 0, 0);
    const header = Buffer.alloc(headerSize);
    [magic, 3_007_000, pageSize, 0].forEach((value, index) => header.writeUInt32BE(value, index * 4));
    this.salt.copy(header, 16);
    this.#sums = checksum(header.subarray(0, 24), [0, 0]);
    header.writeUInt32BE(this.#sums[0], 24);
    header.writeUInt32BE(this.#sums[1], 28);
    await this.log.write(header, 0, headerSize, 0);
    await this.log.datasync();
    this.#end = headerSize;
  }

  async #commit(pages: ReadonlyMap<number, Buffer>): Promise<void> {
    let sums = this.#sums;
    const parts: Buffer[] = [];
    [...pages].forEach(([page, content], index) => {
      const header = Buffer.alloc(frameHeaderSize);
      header.writeUInt32BE(page, 0);
      // Not 0: the transaction ends here.
      header.writeUInt32BE(index === pages.size - 1 ? pages.size : 0, 4);
      this.salt.copy(header, 8);
      sums = checksum(content, checksum(header.subarray(0, 8), sums));
      header.writeUInt32BE(sums[0], 16);
      header.writeUInt32BE(sums[1], 20);
      parts.push(header, content);
    });
    const { bytesWritten } = await this.log.writev(parts, this.#end);
    assert.equal(bytesWritten, pages.size * frameSize);
    await this.log.datasync();
    [...pages.keys()].forEach((page, index) => this.#frames.set(page, this.#end + index * frameSize));
    this.#end += bytesWritten;
    this.#sums = sums;
  }

  async #recover(): Promise<void> {
    const frame = Buffer.alloc(frameSize);
    let sums = this.#sums;
    const uncommitted = new Map<number, number>();
    for (let at = headerSize; (await this.log.read(frame, 0, frameSize, at)).bytesRead === frameSize; at += frameSize) {
      sums = checksum(frame.subarray(frameHeaderSize), checksum(frame.subarray(0, 8), sums));
      const isWhole = frame.subarray(8, 16).equals(this.salt) && frame.readUInt32BE(16) === sums[0] && frame.readUInt32BE(20) === sums[1];
      if (!isWhole) return;
      uncommitted.set(frame.readUInt32BE(0), at);
      if (frame.readUInt32BE(4) === 0) continue;
      for (const [page, where] of uncommitted) this.#frames.set(page, where);
      uncommitted.clear();
      this.#sums = sums;
      this.#end = at + frameSize;
    }
  }
}

const pageOf = (text: string): Buffer => Buffer.alloc(pageSize, text);

export const example: Example = {
  name: "SQLite-style WAL writer",
  async exercise({ fs, folder, size }) {
    const name = path.join(folder, "database");
    let wal = await WriteAheadLog.open(fs, name);
    const transactions = 30 * size;
    const textOf = (transaction: number, page: number): string => `transaction ${transaction}, page ${page}; `;
    const write = (transaction: number): Promise<void> =>
      wal.commit(new Map([0, 1, 2, 3].map((index) => [(transaction + index) % 16, pageOf(textOf(transaction, (transaction + index) % 16))])));
    for (let transaction = 0; transaction < transactions; transaction++) {
      await write(transaction);
      if (transaction % 20 === 19) await wal.checkpoint();
    }
    const before = await wal.read(3);
    await write(transactions + 2);
    await wal.close();

    // A crash in the middle of the last transaction.
    const { size: length } = await fs.stat(`${name}-wal`);
    const torn = await fs.open(`${name}-wal`, "r+");
    const frames = ((transactions % 20) + 1) * 4;
    assert(headerSize + frames * frameSize <= length);
    await torn.write(Buffer.alloc(100, "torn"), 0, 100, headerSize + (frames - 1) * frameSize + 50);
    await torn.close();

    wal = await WriteAheadLog.open(fs, name);
    assert.deepEqual(await wal.read(3), before, "a transaction that was torn counts not at all");
    const digest = createHash("sha256");
    for (let page = 0; page < 16; page++) digest.update(await wal.read(page));
    await wal.checkpoint();
    await wal.close();
    const whole = digest.digest("hex");
    assert.equal(createHash("sha256").update(await fs.readFile(name)).digest("hex"), whole, "the checkpoint has brought all pages over");
    return whole;
  },
};
