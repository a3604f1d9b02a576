/** What stands in for a native engine that has been asked to end: every operation gives −EBADF. */

import type { NativeEngine as Addressee } from "../../../typings/native";
import { EBADF } from "../errno";

const refuse = (): number => EBADF;

export const endedEngine: Addressee = {
  records: new Float64Array(),
  bigRecords: new BigInt64Array(),
  values: [],
  fields: new Float64Array(),
  bigFields: new BigInt64Array(),
  read: refuse,
  write: refuse,
  readv: refuse,
  writev: refuse,
  fsync: refuse,
  fdatasync: refuse,
  ftruncate: refuse,
  open: refuse,
  close: refuse,
  stat: refuse,
  fstat: refuse,
  access: refuse,
  mkdir: refuse,
  rmdir: refuse,
  unlink: refuse,
  rename: refuse,
  readdir: refuse,
  readFile: refuse,
  writeFile: refuse,
  removeTree: refuse,
  registerBuffers: refuse,
  registerFiles: refuse,
  submit: () => undefined,
  cancel: () => false,
  flush: () => undefined,
  counters: () => undefined,
  destroy: () => undefined,
};
