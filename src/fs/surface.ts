/** The whole of node:fs/promises on an engine: the running Node's names in its order, no more and no fewer. */

import type { Engine } from "../backends/engine";
import { makeAccess } from "./access";
import { makeMkdir, makeReaddir, makeRmdir } from "./directory";
import { makeOpen } from "./open";
import { nodeSurface, type FileSystem } from "./oracle";
import { makeReadFile } from "./read-file";
import { makeRm, makeUnlink } from "./remove";
import { makeRename } from "./rename";
import { makeLstat, makeStat } from "./stat";
import { makeTruncate } from "./truncate";
import { makeAppendFile, makeWriteFile } from "./write-file";

const served = (engine: () => Engine): Readonly<Record<string, unknown>> => ({
  access: makeAccess(engine),
  appendFile: makeAppendFile(engine),
  lstat: makeLstat(engine),
  mkdir: makeMkdir(engine),
  open: makeOpen(engine),
  readFile: makeReadFile(engine),
  readdir: makeReaddir(engine),
  rename: makeRename(engine),
  rm: makeRm(engine),
  rmdir: makeRmdir(engine),
  stat: makeStat(engine),
  truncate: makeTruncate(engine),
  unlink: makeUnlink(engine),
  writeFile: makeWriteFile(engine),
});

/**
 * @param makeEngine called once, when an engine is first needed: importing costs nothing but the import
 * @returns Node's own functions where none is served by the engine yet; `constants` is Node's object itself
 */
export function makeFileSystem(makeEngine: () => Engine): FileSystem {
  let engine: Engine | undefined;
  // Under Node's permission model every path has to be asked for, and Node's own functions are who asks.
  const own = process.permission === undefined ? served(() => (engine ??= makeEngine())) : {};
  return Object.fromEntries(
    Object.entries(nodeSurface).map(([name, ofNode]) => [name, own[name] ?? ofNode]),
  ) as unknown as FileSystem;
}
