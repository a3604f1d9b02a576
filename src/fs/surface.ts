/** The whole of node:fs/promises on an engine: the running Node's names in its order, no more and no fewer. */

import type { Engine } from "../backends/engine";
import type { FileSystemShape } from "../backends/file-system-shape";
import { makeAccess } from "./access";
import type { FileSystem } from "./api/file-system";
import { makeChmod, makeChown, makeLchown, makeLutimes, makeUtimes } from "./attributes";
import { makeCopyFile } from "./copy-file";
import { makeCp } from "./copy-tree";
import { makeMkdir, makeReaddir, makeRmdir } from "./directory";
import { groundOn, modulesOwn, nodesOwn, type Ground } from "./ground";
import { makeLink, makeReadlink, makeRealpath, makeSymlink } from "./links";
import { makeOpen } from "./open";
import { guardedOpendir, makeOpendir, type Opendir } from "./open-directory";
import { moduleOracle } from "./module-oracle";
import { nodeSurface, type Served } from "./oracle";
import { makeReadFile } from "./read-file";
import { makeRm, makeUnlink } from "./remove";
import { makeRename } from "./rename";
import { makeLstat, makeStat } from "./stat";
import { makeStatfs } from "./statfs";
import { makeMkdtemp, makeMkdtempDisposable } from "./temporary";
import { makeTruncate } from "./truncate";
import { makeAppendFile, makeWriteFile } from "./write-file";

/**
 * What the engine does. Arguments are unknown everywhere: those out of the common shape go to the oracle, which refuses
 * them as Node does. Functions that give nothing have the declared signature all the same; where a result is of another type
 * for other options, that is the options' business, and no compiler sees from the function's body that they agree.
 */
type Made = {
  readonly [Name in Served]: ReturnType<FileSystem[Name]> extends Promise<void>
    ? FileSystem[Name]
    : (...args: unknown[]) => Promise<unknown>;
};

type ByName = Readonly<Record<string, unknown>>;

// Hence the one place where a type is claimed and not checked; compat/ compares each result with Node's.
const surfaceOf = (choose: (name: string, ofNode: unknown) => unknown): FileSystem =>
  Object.fromEntries(
    Object.entries(nodeSurface).map(([name, ofNode]) => [name, choose(name, ofNode)]),
  ) as unknown as FileSystem;

const served = (engine: Ground): Omit<Made, "lchmod"> => ({
  access: makeAccess(engine),
  appendFile: makeAppendFile(engine),
  chmod: makeChmod(engine),
  chown: makeChown(engine),
  copyFile: makeCopyFile(engine),
  lchown: makeLchown(engine),
  link: makeLink(engine),
  cp: makeCp(engine),
  lstat: makeLstat(engine),
  lutimes: makeLutimes(engine),
  mkdir: makeMkdir(engine),
  mkdtemp: makeMkdtemp(engine),
  mkdtempDisposable: makeMkdtempDisposable(engine),
  open: makeOpen(engine),
  opendir: makeOpendir(engine),
  readFile: makeReadFile(engine),
  readdir: makeReaddir(engine),
  readlink: makeReadlink(engine),
  realpath: makeRealpath(engine),
  rename: makeRename(engine),
  rm: makeRm(engine),
  rmdir: makeRmdir(engine),
  stat: makeStat(engine),
  statfs: makeStatfs(engine),
  symlink: makeSymlink(engine),
  truncate: makeTruncate(engine),
  unlink: makeUnlink(engine),
  utimes: makeUtimes(engine),
  writeFile: makeWriteFile(engine),
});

/** What stays Node's, but must not end the process. */
const guarded: ByName = { opendir: guardedOpendir(nodeSurface["opendir"] as Opendir) };

/**
 * @param makeEngine called once, when an engine is first needed: importing costs nothing but the import
 * @param own what of Node's it stands on
 * @returns Node's own functions where none is served by the engine yet; `constants` is Node's object itself
 */
export function makeFileSystem(makeEngine: () => Engine, own = nodesOwn): FileSystem {
  // Under Node's permission model every path has to be asked for, and Node's own functions are who asks.
  const ours: ByName = process.permission === undefined ? served(groundOn(makeEngine, own)) : guarded;
  return surfaceOf((name, ofNode) => ours[name] ?? ofNode);
}

/** The same over a module of node:fs's shape: what the engine does not do is asked of the module, and never of Node. */
export function makeFileSystemOver(module: FileSystemShape, makeEngine: () => Engine): FileSystem {
  const oracle = moduleOracle(module);
  const own: ByName = served(groundOn(makeEngine, modulesOwn(oracle)));
  return surfaceOf((name) => own[name] ?? (name === "constants" ? nodeSurface[name] : (oracle as ByName)[name]));
}
