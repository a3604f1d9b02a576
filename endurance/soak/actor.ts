/** One of many who work side by side, each in a folder of its own, and who know what must be there. */

import { join } from "node:path";
import type { FileHandle } from "node:fs/promises";
import { Chance } from "../../compat/property/chance";
import type { FileSystem } from "../package";
import { bytesOf, expectBytes, expectEqual, longest, somePiece, type Piece } from "./contents";

interface File {
  readonly path: string;
  readonly piece: Piece;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly file: File;
}

const mostFiles = 6;
/** Now and then one that is more than a page, or more than one transfer of the small kind. */
const lengths = [1, 100, 700, 2000, 4096, 9000, 30_000, 70_000] as const;

/** What only reads is mostly served at once; a soak is of what has to wait as well. */
const readingOneIn = 4;

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : error);

type Call = (actor: Actor, file: File) => Promise<void>;

export class Actor {
  readonly #chance: Chance;
  readonly #fs: FileSystem;
  #files: File[] = [];
  #open: OpenFile | undefined;
  #made = 0;

  constructor(
    fs: FileSystem,
    private readonly folder: string,
    seed: number,
    private readonly count: (name: string) => void,
  ) {
    this.#fs = fs;
    this.#chance = new Chance(seed);
  }

  async begin(): Promise<void> {
    await this.#fs.mkdir(this.folder, { recursive: true });
    await this.#writeNew();
  }

  /** One step: a call or a few that belong together. */
  async step(onlyHits: boolean): Promise<void> {
    const [name, call] = this.#chance.of(onlyHits ? hits : this.#chance.below(readingOneIn) === 0 ? reading : changing);
    const file = this.#chance.of(this.#files);
    try {
      await call(this, file);
    } catch (error) {
      throw new Error(`${name} of ${file.path}`, { cause: error });
    }
  }

  /** Nothing of it is open any more. */
  async rest(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    this.count("handle.close");
    await open.handle.close();
  }

  #newPath(): string {
    return join(this.folder, `f${this.#made++ % 64}`);
  }

  #replace(before: File, now: File | undefined): void {
    this.#files = this.#files.filter((file) => file !== before);
    if (now !== undefined) this.#files.push(now);
  }

  async #letGo(file: File): Promise<void> {
    if (this.#open?.file === file) await this.rest();
  }

  async #writeNew(): Promise<void> {
    const path = this.#newPath();
    const piece = somePiece(this.#chance, this.#chance.of(lengths));
    const before = this.#files.find((file) => file.path === path);
    if (before !== undefined) {
      await this.#letGo(before);
      this.#replace(before, undefined);
    }
    this.count("writeFile");
    await this.#fs.writeFile(path, bytesOf(piece));
    this.#files.push({ path, piece });
    if (this.#files.length > mostFiles) await this.#remove(this.#chance.of(this.#files));
  }

  async #remove(file: File): Promise<void> {
    await this.#letGo(file);
    this.#replace(file, undefined);
    this.count("unlink");
    await this.#fs.unlink(file.path);
  }

  async #opened(file: File): Promise<OpenFile> {
    if (this.#open !== undefined && this.#files.includes(this.#open.file) && this.#chance.below(8) > 0) return this.#open;
    await this.rest();
    this.count("open");
    this.#open = { handle: await this.#fs.open(file.path, "r+"), file };
    return this.#open;
  }

  #span({ piece }: File): { readonly from: number; readonly to: number } {
    const from = this.#chance.below(piece.length + 1);
    return { from, to: Math.min(piece.length, from + this.#chance.of(lengths)) };
  }

  static readonly reading: Record<string, Call> = {
    async readFile(actor, { path, piece }) {
      actor.count("readFile");
      expectBytes(await actor.#fs.readFile(path), bytesOf(piece), "readFile");
    },
    async "readFile utf8"(actor, { path, piece }) {
      actor.count("readFile utf8");
      expectEqual((await actor.#fs.readFile(path, "utf8")) === bytesOf(piece).toString("latin1"), true, "readFile utf8");
    },
    async stat(actor, { path, piece }) {
      actor.count("stat");
      expectEqual((await actor.#fs.stat(path)).size, piece.length, "stat");
    },
    async lstat(actor, { path }) {
      actor.count("lstat");
      expectEqual((await actor.#fs.lstat(path)).isFile(), true, "lstat");
    },
    async access(actor, { path }) {
      actor.count("access");
      await actor.#fs.access(path);
    },
    async "handle.read"(actor, of) {
      const { handle, file } = await actor.#opened(of);
      const { from, to } = actor.#span(file);
      actor.count("handle.read");
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(to - from + 1), 0, to - from + 1, from);
      expectBytes(buffer.subarray(0, Math.min(bytesRead, to - from)), bytesOf(file.piece, from, to), "handle.read");
    },
    async "handle.readv"(actor, of) {
      const { handle, file } = await actor.#opened(of);
      const { from, to } = actor.#span(file);
      const whole = Buffer.alloc(to - from);
      const half = whole.length >> 1;
      actor.count("handle.readv");
      expectEqual((await handle.readv([whole.subarray(0, half), whole.subarray(half)], from)).bytesRead, whole.length, "handle.readv");
      expectBytes(whole, bytesOf(file.piece, from, to), "handle.readv");
    },
    async "handle.stat"(actor, of) {
      const { handle, file } = await actor.#opened(of);
      actor.count("handle.stat");
      expectEqual((await handle.stat()).size, file.piece.length, "handle.stat");
    },
    async "handle.readFile"(actor, of) {
      await actor.rest();
      const { handle, file } = await actor.#opened(of);
      actor.count("handle.readFile");
      expectBytes(await handle.readFile(), bytesOf(file.piece), "handle.readFile");
    },
    async readdir(actor) {
      actor.count("readdir");
      const names = (await actor.#fs.readdir(actor.folder)).sort().join();
      expectEqual(names, actor.#files.map(({ path }) => path.slice(actor.folder.length + 1)).sort().join(), "readdir");
    },
    async opendir(actor) {
      actor.count("opendir");
      let entries = 0;
      for await (const entry of await actor.#fs.opendir(actor.folder)) if (entry.isFile()) entries++;
      expectEqual(entries, actor.#files.length, "opendir");
    },
  };

  static readonly changing: Record<string, Call> = {
    writeFile: (actor) => actor.#writeNew(),
    async "writeFile over it"(actor, file) {
      const piece = somePiece(actor.#chance, actor.#chance.of(lengths));
      await actor.#letGo(file);
      actor.count("writeFile");
      await actor.#fs.writeFile(file.path, bytesOf(piece).toString("latin1"));
      actor.#replace(file, { ...file, piece });
    },
    async appendFile(actor, file) {
      const { begin, length } = file.piece;
      const longer = { begin, length: Math.min(longest, length + actor.#chance.of(lengths)) };
      await actor.#letGo(file);
      actor.count("appendFile");
      await actor.#fs.appendFile(file.path, bytesOf(longer, length));
      actor.#replace(file, { ...file, piece: longer });
    },
    async truncate(actor, file) {
      const piece = { ...file.piece, length: actor.#chance.below(file.piece.length + 1) };
      await actor.#letGo(file);
      actor.count("truncate");
      await actor.#fs.truncate(file.path, piece.length);
      actor.#replace(file, { ...file, piece });
    },
    async unlink(actor, file) {
      if (actor.#files.length > 1) await actor.#remove(file);
      else await actor.#writeNew();
    },
    async rename(actor, file) {
      const path = `${file.path}r`;
      await actor.#letGo(file);
      actor.count("rename");
      await actor.#fs.rename(file.path, path);
      actor.count("rename");
      await actor.#fs.rename(path, file.path);
      expectEqual(await actor.#fs.access(path).then(() => "there", codeOf), "ENOENT", "rename");
    },
    async copyFile(actor, { path, piece }) {
      const copy = `${path}c`;
      actor.count("copyFile");
      await actor.#fs.copyFile(path, copy);
      actor.count("readFile");
      expectBytes(await actor.#fs.readFile(copy), bytesOf(piece), "copyFile");
      actor.count("rm");
      await actor.#fs.rm(copy);
    },
    async chmod(actor, { path }) {
      const mode = 0o600 | actor.#chance.below(0o100);
      actor.count("chmod");
      await actor.#fs.chmod(path, mode);
      actor.count("stat");
      expectEqual((await actor.#fs.stat(path)).mode & 0o777, mode, "chmod");
    },
    async utimes(actor, { path }) {
      const seconds = 1_000_000_000 + actor.#chance.below(1_000_000);
      actor.count("utimes");
      await actor.#fs.utimes(path, seconds, seconds);
      actor.count("stat");
      expectEqual((await actor.#fs.stat(path)).mtimeMs, seconds * 1000, "utimes");
    },
    async link(actor, { path, piece }) {
      const other = `${path}l`;
      actor.count("link");
      await actor.#fs.link(path, other);
      actor.count("readFile");
      expectBytes(await actor.#fs.readFile(other), bytesOf(piece), "link");
      actor.count("unlink");
      await actor.#fs.unlink(other);
    },
    async symlink(actor, { path }) {
      const other = `${path}s`;
      actor.count("symlink");
      await actor.#fs.symlink(path, other);
      actor.count("readlink");
      expectEqual(await actor.#fs.readlink(other), path, "readlink");
      actor.count("realpath");
      expectEqual(await actor.#fs.realpath(other), path, "realpath");
      actor.count("unlink");
      await actor.#fs.unlink(other);
    },
    async mkdir(actor, { path }) {
      const made = `${path}d`;
      actor.count("mkdir");
      await actor.#fs.mkdir(made);
      actor.count("rmdir");
      await actor.#fs.rmdir(made);
    },
    async tree(actor, { path, piece }) {
      const made = `${path}t`;
      actor.count("mkdir recursive");
      await actor.#fs.mkdir(join(made, "a", "b"), { recursive: true });
      actor.count("writeFile");
      await actor.#fs.writeFile(join(made, "a", "file"), bytesOf(piece));
      actor.count("rm recursive");
      await actor.#fs.rm(made, { recursive: true });
    },
    async mkdtemp(actor, { path }) {
      actor.count("mkdtemp");
      const made = await actor.#fs.mkdtemp(`${path}m`);
      actor.count("rmdir");
      await actor.#fs.rmdir(made);
    },
    async "handle.write"(actor, of) {
      const { handle, file } = await actor.#opened(of);
      const { from, to } = actor.#span(file);
      actor.count("handle.write");
      expectEqual((await handle.write(bytesOf(file.piece, from, to), 0, to - from, from)).bytesWritten, to - from, "handle.write");
    },
    async "handle.writev"(actor, of) {
      const { handle, file } = await actor.#opened(of);
      const { from, to } = actor.#span(file);
      const whole = bytesOf(file.piece, from, to);
      const half = whole.length >> 1;
      actor.count("handle.writev");
      expectEqual((await handle.writev([whole.subarray(0, half), whole.subarray(half)], from)).bytesWritten, whole.length, "handle.writev");
    },
    async "handle.chmod"(actor, of) {
      const { handle } = await actor.#opened(of);
      actor.count("handle.chmod");
      await handle.chmod(0o644);
    },
    async "handle.utimes"(actor, of) {
      const { handle } = await actor.#opened(of);
      actor.count("handle.utimes");
      await handle.utimes(1_000_000_000, 1_000_000_000);
    },
    async "handle.truncate"(actor, of) {
      const { handle, file } = await actor.#opened(of);
      actor.count("handle.truncate");
      await handle.truncate(file.piece.length);
    },
    async "handle.datasync"(actor, of) {
      // A disk takes milliseconds for it.
      if (actor.#chance.below(500) > 0) return;
      const { handle } = await actor.#opened(of);
      actor.count("handle.datasync");
      await handle.datasync();
    },
    async statfs(actor) {
      actor.count("statfs");
      expectEqual((await actor.#fs.statfs(actor.folder)).bsize > 0, true, "statfs");
    },
  };
}

/** The deliberate fault: nothing that would have to wait. */
const hits = Object.entries(Actor.reading).filter(([name]) => ["stat", "lstat", "access", "readFile"].includes(name));
const reading = Object.entries(Actor.reading);
const changing = Object.entries(Actor.changing);
