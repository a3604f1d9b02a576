/**
 * A log-structured store of keys and values on AsyncContext and O_DIRECT: everything is appended to one file, in whole
 * blocks of aligned memory; an index in memory says where each key's newest record is. What is put at the same time goes
 * down together. Opening reads the log, up to the first block that a crash left half-written.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { alignedBuffer, AsyncContext } from "caio";
import { forEach, type Example, type FileSystem } from "./example";

const block = 4096;
/** checksum, size of the key, size of the value */
const headerSize = 12;
const removed = 0xffffffff;

/** What the store asks of the disk: AsyncContext has it, and a FileHandle can be made to. */
export interface Disk {
  read(buffer: Buffer, fd: number, offset: number): Promise<number>;
  write(buffer: Buffer, fd: number, offset: number): Promise<number>;
  fdsync(fd: number): Promise<void>;
  close(): Promise<void>;
}

interface Place {
  readonly offset: number;
  readonly size: number;
}

interface Waiting {
  readonly record: Buffer;
  readonly key: string;
  readonly value: Buffer | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const blocksFor = (size: number): number => Math.ceil(size / block) * block;

/** FNV-1a */
function checksum(bytes: Buffer): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}

function recordOf(key: string, value: Buffer | undefined): Buffer {
  const name = Buffer.from(key);
  const record = Buffer.alloc(headerSize + name.length + (value?.length ?? 0));
  record.writeUInt32LE(name.length, 4);
  record.writeUInt32LE(value?.length ?? removed, 8);
  name.copy(record, headerSize);
  value?.copy(record, headerSize + name.length);
  record.writeUInt32LE(checksum(record.subarray(4)), 0);
  return record;
}

export class KeyValueStore {
  readonly #index = new Map<string, Place>();
  #waiting: Waiting[] = [];
  #committing: Promise<void> | undefined;
  #end = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly disk: Disk,
  ) {}

  static async open(fs: FileSystem, name: string, diskOf: (file: FileHandle) => Disk): Promise<KeyValueStore> {
    const flags = fs.constants.O_RDWR | fs.constants.O_CREAT;
    // Some file systems, tmpfs among them, know no O_DIRECT.
    const file = await fs.open(name, flags | fs.constants.O_DIRECT).catch(() => fs.open(name, flags));
    const store = new KeyValueStore(file, diskOf(file));
    await store.#recover();
    return store;
  }

  get size(): number {
    return this.#index.size;
  }

  /** The value is on the disk when the promise resolves. */
  put(key: string, value: Buffer): Promise<void> {
    return this.#append(key, value);
  }

  remove(key: string): Promise<void> {
    return this.#append(key, undefined);
  }

  async get(key: string): Promise<Buffer | undefined> {
    const place = this.#index.get(key);
    if (place === undefined) return undefined;
    const first = Math.floor(place.offset / block) * block;
    const begin = place.offset - first;
    const memory = alignedBuffer(blocksFor(begin + place.size), block);
    await this.disk.read(memory, this.file.fd, first);
    return memory.subarray(begin, begin + place.size);
  }

  async close(): Promise<void> {
    await this.#committing;
    await this.disk.close();
    await this.file.close();
  }

  #append(key: string, value: Buffer | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record: recordOf(key, value), key, value, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    // What is put in the same turn goes down together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#commit(group);
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#committing = undefined;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const size = group.reduce((sum, { record }) => sum + record.length, 0);
    const memory = alignedBuffer(blocksFor(size), block);
    const places: [Waiting, Place][] = [];
    let at = 0;
    for (const waiting of group) {
      at += waiting.record.copy(memory, at);
      const length = waiting.value?.length ?? 0;
      places.push([waiting, { offset: this.#end + at - length, size: length }]);
    }
    await this.disk.write(memory, this.file.fd, this.#end);
    await this.disk.fdsync(this.file.fd);
    this.#end += memory.length;
    for (const [{ key, value }, place] of places) this.#note(key, value === undefined ? undefined : place);
  }

  #note(key: string, place: Place | undefined): void {
    if (place === undefined) this.#index.delete(key);
    else this.#index.set(key, place);
  }

  async #recover(): Promise<void> {
    const { size } = await this.file.stat();
    const log = alignedBuffer(blocksFor(size), block);
    if (size > 0) await this.disk.read(log, this.file.fd, 0);
    let at = 0;
    while (at + headerSize <= size) {
      const nameSize = log.readUInt32LE(at + 4);
      const valueSize = log.readUInt32LE(at + 8);
      if (nameSize === 0 && valueSize === 0) {
        // The rest of a group's last block.
        const next = blocksFor(at + 1);
        if (log.subarray(at, next).some((byte) => byte !== 0)) break;
        at = next;
        this.#end = at;
        continue;
      }
      const keep = valueSize === removed ? 0 : valueSize;
      const end = at + headerSize + nameSize + keep;
      if (end > size || log.readUInt32LE(at) !== checksum(log.subarray(at + 4, end))) break;
      const key = log.toString("utf8", at + headerSize, at + headerSize + nameSize);
      this.#note(key, valueSize === removed ? undefined : { offset: end - keep, size: keep });
      at = end;
      this.#end = blocksFor(at);
    }
  }
}

const ofContext = (): Disk => new AsyncContext({ maxRequests: 128 });

/** The same on a FileHandle, to compare with. */
const ofHandle = (file: FileHandle): Disk => ({
  read: async (buffer, _fd, offset) => (await file.read(buffer, 0, buffer.length, offset)).bytesRead,
  write: async (buffer, _fd, offset) => (await file.write(buffer, 0, buffer.length, offset)).bytesWritten,
  fdsync: () => file.datasync(),
  close: () => Promise.resolve(),
});

export const example: Example = {
  name: "log-structured key-value store",
  async exercise({ fs, isCaio, folder, size }) {
    const diskOf = isCaio ? ofContext : ofHandle;
    const name = path.join(folder, "store");
    const keys = Array.from({ length: 200 * size }, (_, index) => `key-${index}`);
    const valueOf = (key: string, version: number): Buffer => Buffer.alloc(100 + key.length * 37, `${key} ${version} `);
    let store = await KeyValueStore.open(fs, name, diskOf);
    await forEach(keys, 32, (key) => store.put(key, valueOf(key, 1)));
    await forEach(keys.slice(0, 50), 32, (key) => store.put(key, valueOf(key, 2)));
    await forEach(keys.slice(-20), 32, (key) => store.remove(key));
    await store.close();

    // A crash in the middle of a record.
    await fs.appendFile(name, recordOf("torn", Buffer.from("never committed")).subarray(0, 20));
    store = await KeyValueStore.open(fs, name, diskOf);
    assert.equal(store.size, keys.length - 20);
    const digests = new Map<string, string>();
    await forEach(keys, 64, async (key) => {
      const value = await store.get(key);
      const index = keys.indexOf(key);
      assert.deepEqual(value, index >= keys.length - 20 ? undefined : valueOf(key, index < 50 ? 2 : 1));
      digests.set(key, createHash("sha256").update(value ?? "").digest("hex"));
    });
    await store.put("last", Buffer.from("after the crash"));
    await store.close();
    store = await KeyValueStore.open(fs, name, diskOf);
    assert.equal(String(await store.get("last")), "after the crash");
    await store.close();
    return createHash("sha256").update(keys.map((key) => digests.get(key)).join()).digest("hex");
  },
};
