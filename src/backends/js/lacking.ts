/** What a node:fs-shaped module may do without. */

import type { FileSystemShape } from "../file-system-shape";

type Optional = {
  [Name in keyof FileSystemShape as undefined extends FileSystemShape[Name] ? Name : never]-?: NonNullable<FileSystemShape[Name]>;
};

/**
 * The module, known to have the function. To be called inside of a step, which makes −ENOSYS of what this throws.
 */
export function having<Name extends keyof Optional>(fs: FileSystemShape, name: Name): Pick<Optional, Name> {
  if (typeof fs[name] !== "function") throw Object.assign(new Error(`the given fs has no ${name}`), { code: "ENOSYS" });
  return fs as Pick<Optional, Name>;
}
