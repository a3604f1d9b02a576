/** Writing whole files, and setting their length. */

import type { FileHandle } from "./file-handle";
import type { Abortable, Data, FlagAndOpenMode, Flushing, ObjectEncodingOptions, PathLike } from "./values";

/** `encoding`, in which text is written, is `"utf8"` by default. */
export interface WriteFileOptions extends ObjectEncodingOptions, FlagAndOpenMode, Flushing, Abortable {}

export interface Writing {
  /**
   * Writes all of the data; what was in the file before is gone. Through a FileHandle, it is written at the cursor, nothing
   * is cut off, the handle stays open, and of the options only `encoding` and `signal` have a meaning.
   *
   * @param options `flag` is `"w"` by default; a string is the encoding
   * @throws ENOENT (a directory of the path is missing), EEXIST (`"wx"`), EACCES, EISDIR, ENOTDIR, EROFS, ENOSPC, EFBIG;
   * ABORT_ERR, where the file may be there in part
   */
  writeFile(file: PathLike | FileHandle, data: Data, options?: WriteFileOptions | BufferEncoding | null): Promise<void>;

  /**
   * Writes all of the data behind what is there; the file is made if there is none. Pieces of up to 512 KiB are not mixed
   * with those of other writers.
   *
   * @param options `flag` is `"a"` by default; a string is the encoding
   * @throws what writeFile throws
   */
  appendFile(path: PathLike | FileHandle, data: Data, options?: WriteFileOptions | BufferEncoding | null): Promise<void>;

  /**
   * Sets a file's length: the rest is cut off, or zeros are added.
   *
   * @param len in bytes, a safe integer; negative ones mean 0, which is the default
   * @throws ENOENT, EACCES, EISDIR, EINVAL, EFBIG, ETXTBSY
   */
  truncate(path: PathLike, len?: number): Promise<void>;
}
