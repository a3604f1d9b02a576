/** Opening and reading. */

import type { FileHandle } from "./file-handle";
import type {
  ReadFileOptions,
  ReadFileOptionsWithBuffer,
  ReadFileOptionsWithBufferEncoding,
  ReadFileOptionsWithStringEncoding,
} from "./read-options";
import type { BufferOver, FreshBuffer, Mode, OpenMode, PathLike, View } from "./values";

export interface Reading {
  /**
   * Opens a file. The handle is the caller's to close.
   *
   * @param flags default: `"r"`
   * @param mode of a file that is made here, less the process's umask; default: `0o666`
   * @throws ENOENT, EEXIST (`"wx"` and its kin), EACCES, EISDIR (a directory, to be written), ENOTDIR, ELOOP, EMFILE
   */
  open(path: PathLike, flags?: OpenMode, mode?: Mode): Promise<FileHandle>;

  /**
   * Reads a whole file into memory of the caller's, and gives the part that was filled. Node 24.19 and newer; the others
   * look past `buffer`.
   *
   * @throws ERR_OUT_OF_RANGE if the file does not fit, and what reading into fresh memory throws
   */
  readFile<Memory extends View>(
    path: PathLike | FileHandle,
    options: ReadFileOptionsWithBuffer<Memory>,
  ): Promise<BufferOver<Memory>>;
  /**
   * Reads a whole file as bytes; of a FileHandle, from its cursor to the end, and it stays open. A regular file is read as
   * far as it reached when it was opened.
   *
   * @throws ENOENT, EACCES, EISDIR, ENOTDIR, ELOOP, EMFILE; ERR_FS_FILE_TOO_LARGE (RangeError) beyond 2 GiB − 1 bytes;
   * ABORT_ERR
   */
  readFile(path: PathLike | FileHandle, options?: ReadFileOptionsWithBufferEncoding | null): Promise<FreshBuffer>;
  /**
   * Reads a whole file as text in the given encoding: a byte order mark stays, and bytes that are no UTF-8 become U+FFFD.
   *
   * @throws what reading bytes throws; ERR_STRING_TOO_LONG
   */
  readFile(path: PathLike | FileHandle, options: ReadFileOptionsWithStringEncoding | BufferEncoding): Promise<string>;
  /** Reads a whole file as text if the options name an encoding, and as bytes otherwise. */
  readFile(path: PathLike | FileHandle, options?: ReadFileOptions | BufferEncoding | null): Promise<string | FreshBuffer>;
}
