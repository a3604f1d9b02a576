/** Links, and paths without them. */

import type { BufferEncodingOption, EncodingOption, FreshBuffer, ObjectEncodingOptions, PathLike } from "./values";

export interface Links {
  /**
   * Gives a file a second name.
   *
   * @throws ENOENT, EEXIST, EXDEV (another file system), EPERM (a directory), EMLINK, EACCES; `path` and `dest`
   */
  link(existingPath: PathLike, newPath: PathLike): Promise<void>;

  /**
   * Makes a symbolic link. What it says need not be there.
   *
   * @param target what the link says, as it is; relative to the link's own directory
   * @param type `"dir"`, `"file"` or `"junction"`: means something on Windows only, where the default is found out
   * @throws EEXIST, ENOENT, EACCES, EROFS, with `path` (the target) and `dest` (the link); ERR_FS_INVALID_SYMLINK_TYPE or,
   * from Node 24 on, ERR_INVALID_ARG_VALUE for other types
   */
  symlink(target: PathLike, path: PathLike, type?: string | null): Promise<void>;

  /**
   * Reads what a symbolic link says.
   *
   * @throws EINVAL (no link), ENOENT, ENOTDIR, EACCES
   */
  readlink(path: PathLike, options?: EncodingOption): Promise<string>;
  /** Reads what a symbolic link says, as bytes. */
  readlink(path: PathLike, options: BufferEncodingOption): Promise<FreshBuffer>;
  /** Reads what a symbolic link says, as the encoding says. */
  readlink(path: PathLike, options?: ObjectEncodingOptions | string | null): Promise<string | FreshBuffer>;

  /**
   * Finds the absolute path without symbolic links, `.` and `..`, as realpath(3) does.
   *
   * @throws ENOENT, ENOTDIR, ELOOP, EACCES
   */
  realpath(path: PathLike, options?: EncodingOption): Promise<string>;
  /** Finds the absolute path, as bytes. */
  realpath(path: PathLike, options: BufferEncodingOption): Promise<FreshBuffer>;
  /** Finds the absolute path, as the encoding says. */
  realpath(path: PathLike, options?: EncodingOption): Promise<string | FreshBuffer>;
}
