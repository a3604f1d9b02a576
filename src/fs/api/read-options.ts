/** How a whole file is read, by its path or through its handle. */

import type { Abortable, ObjectEncodingOptions, OpenMode, View } from "./values";

/** A string in place of these options is the encoding. */
export interface ReadFileOptions extends ObjectEncodingOptions, Abortable {
  /** Default: `"r"`. Means nothing for a handle, which is open already. */
  flag?: OpenMode | undefined;
}

/** With an encoding: the file comes as text. */
export interface ReadFileOptionsWithStringEncoding extends ReadFileOptions {
  encoding: BufferEncoding;
}

/** Without one: the file comes as bytes. */
export interface ReadFileOptionsWithBufferEncoding extends ReadFileOptions {
  encoding?: null | undefined;
}

export interface ReadFileOptionsWithBuffer<Memory extends View> extends ReadFileOptionsWithBufferEncoding {
  /** Where to read to, or what makes that when the file's size in bytes is known. Node 24.19 and newer. */
  buffer: Memory | ((size: number) => Memory);
}
