/** Directories: making, reading and removing them. */

import type { Dir, Dirent } from "node:fs";
import type { BufferEncodingOption, EncodingOption, FreshBuffer, Mode, ObjectEncodingOptions, PathLike } from "./values";

/** A number or octal digits in place of these options are the mode. */
export interface MakeDirectoryOptions {
  /** Whether the directories above are made too, and one that is there already is no error. Default: false. */
  recursive?: boolean | undefined;
  /** Less the process's umask. Default: `0o777`. */
  mode?: Mode | undefined;
}

/** As on Node 20 to 24. From Node 25 on, rmdir takes none of them; use rm. */
export interface RmDirOptions {
  /** As rm's; only with `recursive`. */
  maxRetries?: number | undefined;
  /** Whether what is in the directory goes too. Deprecated by Node 16; ERR_INVALID_ARG_VALUE from Node 25 on. */
  recursive?: boolean | undefined;
  /** As rm's; only with `recursive`. */
  retryDelay?: number | undefined;
}

/** For readdir, a string in place of the options is the encoding. */
interface ListingOptions {
  /** Whether directories below are read as well; names are then relative to the path. Default: false; since Node 20.1. */
  recursive?: boolean | undefined;
}

/** Entries come as names. */
interface AsNames extends ListingOptions {
  withFileTypes?: false | undefined;
}

/** Entries come as fs.Dirent, with their names, their types and the path of their directory. */
interface AsEntries extends ListingOptions {
  withFileTypes: true;
}

export interface OpenDirOptions {
  /** Of the entries' names. Default: `"utf8"`. */
  encoding?: BufferEncoding | null | undefined;
  /** How many entries the Dir has at hand at a time, 1 or more. Default: 32. */
  bufferSize?: number | undefined;
  /** Whether entries of directories below come as well. Default: false; since Node 20.1. */
  recursive?: boolean | undefined;
}

/** A directory that is removed when it is disposed of: `await using folder = await mkdtempDisposable("…")`. */
export interface DisposableTempDir extends AsyncDisposable {
  path: string;
  /** Removes the directory with all that is in it; that it is gone already is no error. */
  remove(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Directories {
  /**
   * Makes a directory and those above it.
   *
   * @returns the first directory that had to be made; undefined if all were there
   * @throws EEXIST (a file of that name), ENOTDIR (a file above), EACCES, EROFS, ENOSPC
   */
  mkdir(path: PathLike, options: MakeDirectoryOptions & { recursive: true }): Promise<string | undefined>;
  /**
   * Makes a directory.
   *
   * @throws EEXIST, ENOENT (the one above is missing), ENOTDIR, EACCES, EROFS, ENOSPC
   */
  mkdir(path: PathLike, options?: Mode | (MakeDirectoryOptions & { recursive?: false | undefined }) | null): Promise<void>;
  /** Makes a directory, and those above it if the options say so. */
  mkdir(path: PathLike, options?: Mode | MakeDirectoryOptions | null): Promise<string | undefined>;

  /**
   * Removes an empty directory.
   *
   * @throws ENOTEMPTY, ENOENT, ENOTDIR, EBUSY, EACCES, EROFS
   */
  rmdir(path: PathLike, options?: RmDirOptions): Promise<void>;

  /**
   * Reads the names in a directory, without `.` and `..`, in the order of their bytes.
   *
   * @throws ENOENT, ENOTDIR, EACCES, EMFILE; their `syscall` is `scandir`
   */
  readdir(path: PathLike, options?: (ObjectEncodingOptions & AsNames) | BufferEncoding | null): Promise<string[]>;
  /** Reads the names in a directory as bytes, in their order. With `recursive`, from Node 26 on. */
  readdir(path: PathLike, options: ({ encoding: "buffer" } & AsNames) | "buffer"): Promise<FreshBuffer[]>;
  /** Reads the names in a directory as the encoding says. */
  readdir(path: PathLike, options?: (ObjectEncodingOptions & AsNames) | BufferEncoding | null): Promise<string[] | FreshBuffer[]>;
  /** Reads the entries of a directory with their types. */
  readdir(path: PathLike, options: ObjectEncodingOptions & AsEntries): Promise<Dirent[]>;
  /** Reads the entries of a directory with their types, and with bytes for names. With `recursive`, from Node 26 on. */
  readdir(path: PathLike, options: { encoding: "buffer" } & AsEntries): Promise<Dirent<FreshBuffer>[]>;

  /**
   * Opens a directory, to go through its entries in no particular order; going through them to the end closes it.
   *
   * @throws ENOENT, ENOTDIR, EACCES, EMFILE; ERR_OUT_OF_RANGE for a `bufferSize` below 1
   */
  opendir(path: PathLike, options?: OpenDirOptions): Promise<Dir>;

  /**
   * Makes a directory for this user alone (`0o700`), with six characters behind the prefix that make its name a new one.
   *
   * @param prefix with a directory in front: nothing is put between the two
   * @returns its path
   * @throws ENOENT, ENOTDIR, EACCES, EROFS, ENOSPC
   */
  mkdtemp(prefix: PathLike, options?: EncodingOption): Promise<string>;
  /** Makes a directory with a new name, and gives its path as bytes. */
  mkdtemp(prefix: PathLike, options: BufferEncodingOption): Promise<FreshBuffer>;
  /** Makes a directory with a new name, and gives its path as the encoding says. */
  mkdtemp(prefix: PathLike, options?: EncodingOption): Promise<string | FreshBuffer>;

  /**
   * Makes a directory as mkdtemp does, and gives the means to remove it. Node 24.4 and newer; undefined on others.
   *
   * @throws what mkdtemp throws
   */
  mkdtempDisposable(prefix: PathLike, options?: EncodingOption): Promise<DisposableTempDir>;
}
