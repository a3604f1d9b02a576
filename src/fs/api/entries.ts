/** Files, and whatever else has a name, as wholes: may they be used, moved, copied, removed. */

import type { URL } from "node:url";
import type { PathLike } from "./values";

export interface RmOptions {
  /** Whether it is no error that nothing is there. Default: false. */
  force?: boolean | undefined;
  /** How often to try again after EBUSY, EMFILE, ENFILE, ENOTEMPTY and EPERM: 0, the default, to 2³² − 1. */
  maxRetries?: number | undefined;
  /** Whether directories go too, with all that is in them. Default: false. */
  recursive?: boolean | undefined;
  /** Milliseconds before the first further try, twice as many before the second, …: 0 to 2³¹ − 1. Default: 100. */
  retryDelay?: number | undefined;
}

export interface CopyOptions {
  /** Whether the targets of symbolic links are copied in their place. Default: false; not together with verbatimSymlinks. */
  dereference?: boolean | undefined;
  /** Whether it is an error (ERR_FS_CP_EEXIST) that a file is there already and `force` is false. Default: false. */
  errorOnExist?: boolean | undefined;
  /** What to copy, asked for the root and for each entry below it; what it refuses is left out with all below it. */
  filter?: ((source: string, destination: string) => boolean | Promise<boolean>) | undefined;
  /** Whether files that are there already are replaced; otherwise they are left alone. Default: true. */
  force?: boolean | undefined;
  /** As copyFile's; default: 0. */
  mode?: number | undefined;
  /** Whether the copies keep the times of access and modification. Default: false. */
  preserveTimestamps?: boolean | undefined;
  /** Whether directories are copied, with all that is in them. Default: false. */
  recursive?: boolean | undefined;
  /** Whether links keep a relative target as it is written; otherwise it is made absolute. Default: false. */
  verbatimSymlinks?: boolean | undefined;
}

export interface Entries {
  /**
   * Fulfils if this process may use the file so.
   *
   * @param mode `constants.F_OK` (it is there), the default, or a sum of `R_OK`, `W_OK` and `X_OK`; 0 to 7
   * @throws ENOENT, EACCES, ENOTDIR, ELOOP, EROFS, EPERM
   */
  access(path: PathLike, mode?: number): Promise<void>;

  /**
   * Gives an entry another name; a file of that name is replaced in one step.
   *
   * @throws ENOENT, EXDEV (another file system), ENOTEMPTY, EISDIR, ENOTDIR, EINVAL (into itself), EACCES; `path` and `dest`
   */
  rename(oldPath: PathLike, newPath: PathLike): Promise<void>;

  /**
   * Copies a file with its permissions. Where that fails, no copy is left.
   *
   * @param mode a sum of `constants.COPYFILE_EXCL` (the copy must not be there yet), `COPYFILE_FICLONE` (share the blocks
   * where the file system can) and `COPYFILE_FICLONE_FORCE` (fail where it cannot); default: 0
   * @throws ENOENT, EEXIST, EISDIR, ENOTSUP, ENOSPC, EACCES; `path` and `dest`
   */
  copyFile(src: PathLike, dest: PathLike, mode?: number): Promise<void>;

  /**
   * Copies a file, a link or a tree; directories on the way to the destination are made.
   *
   * @throws ERR_FS_EISDIR (a directory without `recursive`), ERR_FS_CP_EINVAL (onto or into itself), ERR_FS_CP_EEXIST,
   * ERR_FS_CP_DIR_TO_NON_DIR, ERR_FS_CP_NON_DIR_TO_DIR, ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY, ERR_FS_CP_SOCKET,
   * ERR_FS_CP_FIFO_PIPE, ERR_FS_CP_UNKNOWN, ERR_INCOMPATIBLE_OPTION_PAIR; ENOENT and what copyFile throws
   */
  cp(source: string | URL, destination: string | URL, opts?: CopyOptions): Promise<void>;

  /**
   * Removes a file or a symbolic link; with `recursive`, a whole tree.
   *
   * @throws ERR_FS_EISDIR (a directory without `recursive`), ENOENT (without `force`), EACCES, EPERM, EBUSY, ENOTEMPTY
   */
  rm(path: PathLike, options?: RmOptions): Promise<void>;

  /**
   * Removes a name; the file goes with its last one, once nobody has it open.
   *
   * @throws ENOENT, EISDIR or EPERM (a directory), EACCES, EBUSY, ENOTDIR, EROFS
   */
  unlink(path: PathLike): Promise<void>;
}
