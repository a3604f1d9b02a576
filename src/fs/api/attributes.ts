/** What is known of files besides their contents, and how to change it. */

import type { BigIntStats, BigIntStatsFs, Stats, StatsFs } from "node:fs";
import type { Abortable, Mode, PathLike, TimeLike } from "./values";

/** `signal`: Node 26 and newer. */
export interface StatOptions extends Abortable {
  /** Whether numbers come as bigint, and times in nanoseconds as well. Default: false. */
  bigint?: boolean | undefined;
  /** Whether it is an error that nothing is there. Default: true. In stat only, and from Node 24.15 on. */
  throwIfNoEntry?: boolean | undefined;
}

export interface StatFsOptions {
  /** Whether numbers come as bigint. Default: false. */
  bigint?: boolean | undefined;
}

interface WithNumbers {
  bigint?: false | undefined;
}

interface WithBigInts {
  bigint: true;
}

interface Existing {
  throwIfNoEntry?: true | undefined;
}

interface MaybeMissing {
  throwIfNoEntry: false;
}

export interface Attributes {
  /**
   * Tells what is known of a file: its type, size in bytes, permissions, owner and times. Symbolic links are followed.
   *
   * @throws ENOENT, ENOTDIR, ELOOP, EACCES
   */
  stat(path: PathLike, opts?: StatOptions & WithNumbers & Existing): Promise<Stats>;
  /** Tells what is known of a file in bigints. */
  stat(path: PathLike, opts: StatOptions & WithBigInts & Existing): Promise<BigIntStats>;
  /** Tells what is known of a file, or undefined after ENOENT and ENOTDIR. */
  stat(path: PathLike, opts: StatOptions & WithNumbers & MaybeMissing): Promise<Stats | undefined>;
  /** Tells what is known of a file in bigints, or undefined after ENOENT and ENOTDIR. */
  stat(path: PathLike, opts: StatOptions & WithBigInts & MaybeMissing): Promise<BigIntStats | undefined>;
  /** Tells what is known of a file, in numbers or bigints as the options say. */
  stat(path: PathLike, opts?: StatOptions & Existing): Promise<Stats | BigIntStats>;
  /** Tells what is known of a file, if it is there, in numbers or bigints as the options say. */
  stat(path: PathLike, opts?: StatOptions): Promise<Stats | BigIntStats | undefined>;
  // No call comes this far: the one before takes all. These are for the declarations of Node 24, which know of
  // throwIfNoEntry, but not that nothing may come back; and the last one is what ReturnType finds.
  stat(path: PathLike, opts?: StatOptions & WithNumbers): Promise<Stats>;
  stat(path: PathLike, opts: StatOptions & WithBigInts): Promise<BigIntStats>;
  stat(path: PathLike, opts?: StatOptions): Promise<Stats | BigIntStats>;

  /**
   * As stat, but a symbolic link is looked at itself. It rejects whatever `throwIfNoEntry` says.
   *
   * @throws ENOENT, ENOTDIR, ELOOP, EACCES
   */
  lstat(path: PathLike, opts?: StatOptions & WithNumbers): Promise<Stats>;
  /** Tells what is known of a file or a link in bigints. */
  lstat(path: PathLike, opts: StatOptions & WithBigInts): Promise<BigIntStats>;
  /** Tells what is known of a file or a link, in numbers or bigints as the options say. */
  lstat(path: PathLike, opts?: StatOptions): Promise<Stats | BigIntStats>;

  /**
   * Tells what a file's file system is like: its kind, and its size and what it has left in blocks and in files.
   *
   * @throws ENOENT, ENOTDIR, ELOOP, EACCES, ENOSYS
   */
  statfs(path: PathLike, opts?: StatFsOptions & WithNumbers): Promise<StatsFs>;
  /** Tells what a file system is like in bigints. */
  statfs(path: PathLike, opts: StatFsOptions & WithBigInts): Promise<BigIntStatsFs>;
  /** Tells what a file system is like, in numbers or bigints as the options say. */
  statfs(path: PathLike, opts?: StatFsOptions): Promise<StatsFs | BigIntStatsFs>;

  /**
   * Sets permissions.
   *
   * @param mode must be given; its bits above `0o7777` mean nothing
   * @throws ENOENT, EPERM (another user's file), EACCES, EROFS
   */
  chmod(path: PathLike, mode: Mode): Promise<void>;

  /**
   * Sets the permissions of a symbolic link itself. On macOS only.
   *
   * @throws ERR_METHOD_NOT_IMPLEMENTED elsewhere
   */
  lchmod(path: PathLike, mode: Mode): Promise<void>;

  /**
   * Sets owner and group, integers from −1 (which leaves it as it is) to 2³² − 1.
   *
   * @throws ENOENT, EPERM, EACCES, EROFS; ERR_OUT_OF_RANGE
   */
  chown(path: PathLike, uid: number, gid: number): Promise<void>;

  /** As chown, but of a symbolic link itself. */
  lchown(path: PathLike, uid: number, gid: number): Promise<void>;

  /**
   * Sets the times of access and of modification.
   *
   * @throws ENOENT, EPERM, EACCES, EROFS; ERR_INVALID_ARG_TYPE for what is no finite time
   */
  utimes(path: PathLike, atime: TimeLike, mtime: TimeLike): Promise<void>;

  /** As utimes, but of a symbolic link itself. */
  lutimes(path: PathLike, atime: TimeLike, mtime: TimeLike): Promise<void>;
}
