/** The part of node:fs (callback API) that the js backend drives; memfs and others of that shape fit as well. */

interface ErrorLike {
  readonly name?: string | undefined;
  readonly message?: string | undefined;
  readonly errno?: number | undefined;
  readonly code?: string | undefined;
  readonly path?: string | undefined;
}

export type Failure = ErrorLike | null | undefined;
export type Done = (error?: Failure) => void;
export type DoneWith<T> = (error?: Failure, value?: T) => void;

/** Stats asked for with `bigint: true`; the nanoseconds are missing in modules that never had them. */
export interface ShapeStats {
  readonly dev: number | bigint;
  readonly mode: number | bigint;
  readonly nlink: number | bigint;
  readonly uid: number | bigint;
  readonly gid: number | bigint;
  readonly rdev: number | bigint;
  readonly blksize: number | bigint;
  readonly ino: number | bigint;
  readonly size: number | bigint;
  readonly blocks: number | bigint;
  readonly atimeMs: number | bigint;
  readonly mtimeMs: number | bigint;
  readonly ctimeMs: number | bigint;
  readonly birthtimeMs: number | bigint;
  readonly atimeNs?: number | bigint | undefined;
  readonly mtimeNs?: number | bigint | undefined;
  readonly ctimeNs?: number | bigint | undefined;
  readonly birthtimeNs?: number | bigint | undefined;
}

export interface ShapeDirent {
  readonly name: string | Buffer;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
}

/** An open directory; an entry after the last one is null. */
export interface ShapeDir {
  read(done: DoneWith<ShapeDirent | null>): void;
  readSync(): ShapeDirent | null;
  close(done: Done): void;
  closeSync(): void;
}

type ShapePath = string | Buffer;

/** What statfs gives, asked for with `bigint: true`; Node has `frsize` from 24.16 on. */
export interface ShapeStatFs {
  readonly type: number | bigint;
  readonly bsize: number | bigint;
  readonly blocks: number | bigint;
  readonly bfree: number | bigint;
  readonly bavail: number | bigint;
  readonly files: number | bigint;
  readonly ffree: number | bigint;
  readonly frsize?: number | bigint | undefined;
}

export interface OpendirOptions {
  /** Or "buffer", which Node takes but does not declare here. */
  readonly encoding: "utf8";
  readonly bufferSize: number;
}

export interface NameOptions {
  readonly encoding: "buffer";
}

type FindPath = (path: ShapePath, options: NameOptions, done: DoneWith<string | Buffer>) => void;

/** Numbers are seconds; negative ones would mean now, as text they are what they say. */
export type ShapeTime = number | string;

/** What `new AsyncContext({ fs })` takes. Every function is looked up when it is called, so a patched module keeps its meaning. */
export interface FileSystemShape {
  open(path: ShapePath, flags: number, mode: number, done: DoneWith<number>): void;
  close(fd: number, done: Done): void;
  read(fd: number, buffer: Buffer, offset: number, length: number, position: number | bigint | null, done: DoneWith<number>): void;
  write(fd: number, buffer: Buffer, offset: number, length: number, position: number | null, done: DoneWith<number>): void;
  readv(fd: number, views: Buffer[], position: number | null, done: DoneWith<number>): void;
  writev(fd: number, views: Buffer[], position: number | null, done: DoneWith<number>): void;
  fsync(fd: number, done: Done): void;
  fdatasync(fd: number, done: Done): void;
  ftruncate(fd: number, length: number, done: Done): void;
  stat(path: ShapePath, options: { bigint: true }, done: DoneWith<ShapeStats>): void;
  lstat(path: ShapePath, options: { bigint: true }, done: DoneWith<ShapeStats>): void;
  fstat(fd: number, options: { bigint: true }, done: DoneWith<ShapeStats>): void;
  access(path: ShapePath, mode: number, done: Done): void;
  mkdir(path: ShapePath, options: { mode: number; recursive: boolean }, done: DoneWith<string | undefined>): void;
  rmdir(path: ShapePath, done: Done): void;
  unlink(path: ShapePath, done: Done): void;
  rename(from: ShapePath, to: ShapePath, done: Done): void;
  rm(path: ShapePath, options: { recursive: boolean }, done: Done): void;
  readdir(path: ShapePath, options: { encoding: "utf8" | "buffer"; withFileTypes: boolean }, done: DoneWith<(string | Buffer | ShapeDirent)[]>): void;

  // A module may do without any of these; what is missing is refused with ENOSYS.
  statfs?(path: ShapePath, options: { bigint: true }, done: DoneWith<ShapeStatFs>): void;
  chmod?(path: ShapePath, mode: number, done: Done): void;
  fchmod?(fd: number, mode: number, done: Done): void;
  chown?(path: ShapePath, uid: number, gid: number, done: Done): void;
  lchown?(path: ShapePath, uid: number, gid: number, done: Done): void;
  fchown?(fd: number, uid: number, gid: number, done: Done): void;
  utimes?(path: ShapePath, atime: ShapeTime, mtime: ShapeTime, done: Done): void;
  lutimes?(path: ShapePath, atime: ShapeTime, mtime: ShapeTime, done: Done): void;
  futimes?(fd: number, atime: ShapeTime, mtime: ShapeTime, done: Done): void;
  link?(from: ShapePath, to: ShapePath, done: Done): void;
  symlink?(target: ShapePath, path: ShapePath, done: Done): void;
  readlink?(path: ShapePath, options: NameOptions, done: DoneWith<string | Buffer>): void;
  realpath?: FindPath & { readonly native?: FindPath };
  mkdtemp?(prefix: ShapePath, options: NameOptions, done: DoneWith<string | Buffer>): void;
  opendir?(path: ShapePath, options: OpendirOptions, done: DoneWith<ShapeDir>): void;
  opendirSync?(path: ShapePath, options: OpendirOptions): ShapeDir;
  copyFile?(from: ShapePath, to: ShapePath, flags: number, done: Done): void;
}
