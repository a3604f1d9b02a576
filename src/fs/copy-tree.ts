/** cp: files, links and whole trees, entry by entry and checked as Node checks them. */

import { constants as system } from "node:os";
import { dirname, isAbsolute, parse, resolve, sep } from "node:path";
import { copiesAnew, type Engine, type Result } from "../backends/engine";
import { errnoOf, failedStep, systemError } from "../errors";
import { pathOf } from "./arguments";
import { entryOf, haveShortEntries, holding, named, type Place } from "./copy-places";
import { refusal, walkError } from "./copy-errors";
import type { Ground } from "./ground";
import { nodeMajor } from "./oracle";
import { identityOf, statsFrom } from "./stats";
import { nodeFs } from "../backends/node-fs";

const { constants } = nodeFs;

interface CpRequest {
  readonly dereference: boolean;
  readonly errorOnExist: boolean;
  readonly force: boolean;
  readonly preserveTimestamps: boolean;
  readonly recursive: boolean;
  readonly verbatimSymlinks: boolean;
  readonly mode: number;
  readonly filter?: (source: string, target: string) => unknown;
}

const switches = ["dereference", "errorOnExist", "force", "preserveTimestamps", "recursive", "verbatimSymlinks"] as const;
const defaults = { dereference: false, errorOnExist: false, force: true, preserveTimestamps: false, recursive: false, verbatimSymlinks: false, mode: 0 };
const copyModes = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE | constants.COPYFILE_FICLONE_FORCE;

const cpRequestOf = (options: unknown): CpRequest | undefined => {
  if (options !== undefined && (typeof options !== "object" || options === null || Array.isArray(options))) return undefined;
  const given: Readonly<Record<string, unknown>> = { ...defaults, ...options };
  const { filter, dereference, verbatimSymlinks } = given;
  const mode = given["mode"] ?? 0;
  if (!switches.every((name) => typeof given[name] === "boolean")) return undefined;
  if (filter !== undefined && typeof filter !== "function") return undefined;
  if (typeof mode !== "number" || (mode & copyModes) !== mode) return undefined;
  return dereference === true && verbatimSymlinks === true ? undefined : ({ ...given, mode } as unknown as CpRequest);
};

const { EINVAL, ENOENT } = system.errno;
interface Found {
  readonly type: number;
  readonly mode: number;
  readonly device: bigint;
  readonly inode: bigint;
}

/** A tree that is not there yet, Node makes in one walk since 26: nothing is looked for in it, and its errors are other ones. */
const walksAnew = nodeMajor >= 26;

const isDirectory = (found: Found): boolean => found.type === constants.S_IFDIR;

// A device of 0 is one in memory: there, too, copying a directory into itself would never end.
const areSame = (one: Found, other: Found): boolean =>
  other.inode !== 0n && other.inode === one.inode && other.device === one.device;

const partsOf = (path: string): string[] => resolve(path).split(sep).filter((part) => part !== "");

/** By the text of the paths alone. */
const isWithin = (outer: string, inner: string): boolean => {
  const parts = partsOf(inner);
  return partsOf(outer).every((part, index) => parts[index] === part);
};

/** Whether ".." follows a name: with "a" made, "a/../b" may be there. */
const turnsBack = (path: string): boolean => {
  const parts = path.split(sep);
  return parts.lastIndexOf("..") > parts.findIndex((part) => part !== ".." && part !== "." && part !== "");
};

const intoItself = (source: string, target: string, path: string): Promise<Error> =>
  refusal("ERR_FS_CP_EINVAL", "EINVAL", path, `cannot copy ${source} to a subdirectory of self ${target}`);

class Copy {
  /**
   * Whether what is looked at by its path is then read and written in directories that are held open, where nobody can
   * put a link in the way. With `dereference`, links are to be followed.
   */
  private holds: boolean;

  constructor(
    private readonly engine: Engine,
    private readonly request: CpRequest,
  ) {
    this.holds = engine.backend !== "js" && !request.dereference;
  }

  async start(source: string, target: string): Promise<void> {
    const pair = await this.check(source, target);
    if (pair === undefined) return;
    await this.checkParents(source, pair.found, target);
    const parent = dirname(target);
    if ((await this.look(parent, true, "stat")) === undefined) {
      await this.makeDirectories(parent);
      // Node does not look again, and copies over what is there now. Elsewhere, somebody has put it in the way.
      if (this.holds && turnsBack(target) && (await this.look(target, false, "lstat")) !== undefined) this.holds = false;
    }
    await this.copy(named(source), pair.found, named(target), pair.there);
  }

  /** Undefined if the filter does not want it. */
  private async check(source: string, target: string): Promise<{ found: Found; there: Found | undefined } | undefined> {
    const { filter, dereference } = this.request;
    if (filter !== undefined && !(await this.request.filter?.(source, target))) return undefined;
    const syscall = dereference ? "stat" : "lstat";
    const found = await this.look(source, dereference, syscall);
    if (found === undefined) throw systemError(-ENOENT, syscall, source);
    const there = await this.look(target, dereference, syscall);
    if (there !== undefined) await this.checkTarget(source, found, target, there);
    if (isDirectory(found) && isWithin(source, target)) throw await intoItself(source, target, target);
    return { found, there };
  }

  private async checkTarget(source: string, found: Found, target: string, there: Found): Promise<void> {
    if (areSame(found, there)) throw await refusal("ERR_FS_CP_EINVAL", "EINVAL", target, "src and dest cannot be the same");
    if (isDirectory(found) && !isDirectory(there))
      throw await refusal("ERR_FS_CP_DIR_TO_NON_DIR", "EISDIR", target, `cannot overwrite non-directory ${target} with directory ${source}`);
    if (!isDirectory(found) && isDirectory(there))
      throw await refusal("ERR_FS_CP_NON_DIR_TO_DIR", "ENOTDIR", target, `cannot overwrite directory ${target} with non-directory ${source}`);
  }

  /** Links may lead the target into the source although the text of the paths does not show it. */
  private async checkParents(source: string, found: Found, target: string): Promise<void> {
    const sourceParent = resolve(dirname(source));
    let last = target;
    for (let parent = resolve(dirname(last)); parent !== sourceParent && parent !== parse(parent).root; parent = resolve(dirname(last))) {
      const there = await this.look(parent, true, "stat");
      if (there === undefined) return;
      if (areSame(found, there)) throw await intoItself(source, last, last);
      last = parent;
    }
  }

  /** @param anew whether the target lies in a tree that this copy makes in one walk */
  private async copy(from: Place, found: Found, to: Place, there: Found | undefined, anew = false): Promise<void> {
    const [source, target] = [from.path, to.path];
    switch (found.type) {
      case constants.S_IFDIR:
        if (this.request.recursive) return this.copyDirectory(from, found, to, there);
        throw await refusal("ERR_FS_EISDIR", "EISDIR", source, `${source} is a directory (not copied)`);
      case constants.S_IFREG:
      case constants.S_IFCHR:
      case constants.S_IFBLK:
        return this.copyFile(from, found, to, there, anew);
      case constants.S_IFLNK:
        return this.copyLink(from, to, there, anew);
      case constants.S_IFSOCK:
        throw await refusal("ERR_FS_CP_SOCKET", "EINVAL", target, `cannot copy a socket file: ${target}`);
      case constants.S_IFIFO:
        throw await refusal("ERR_FS_CP_FIFO_PIPE", "EINVAL", target, `cannot copy a FIFO pipe: ${target}`);
    }
    throw await refusal("ERR_FS_CP_UNKNOWN", "EINVAL", target, `cannot copy an unknown file type: ${target}`);
  }

  private async copyDirectory(source: Place, found: Found, target: Place, there: Found | undefined): Promise<void> {
    const anew = walksAnew && there === undefined && this.request.filter === undefined && !this.request.dereference;
    const refuse = (result: Result): Error => (anew ? walkError(result, source.path) : systemError(result, "opendir", source.path));
    let left: readonly string[] | undefined;
    if (there !== undefined) {
      if (nodeMajor >= 22) await this.refuseExisting(target.path);
    } else if (this.copiesWhole(source, target)) {
      left = await this.copyWhole(source, found, target);
      if (left?.length === 0) return;
    }
    if (there === undefined && left === undefined) this.must(await this.make(target), "mkdir", target.path);
    if (!this.holds) return this.copyEntries(source, found, target, there, anew, left ?? (await this.entriesOf(source, refuse)));
    await holding(this.engine, source, refuse, (from) =>
      holding(this.engine, target, (result) => systemError(result, "mkdir", target.path), async (to) =>
        this.copyEntries(from, found, to, there, anew, left ?? (await this.entriesOf(from, refuse)))));
  }

  /** Whether a directory that is not there yet may be copied without a look at each of its files. */
  private copiesWhole(source: Place, target: Place): boolean {
    return this.holds && this.request.filter === undefined && !this.request.preserveTimestamps && haveShortEntries(source, target);
  }

  /** What is left to be copied one by one; undefined if nothing has been made, and each step is to show what is amiss. */
  private async copyWhole(source: Place, { mode }: Found, target: Place): Promise<readonly string[] | undefined> {
    const flags = this.request.mode | copiesAnew;
    const left = await this.engine.copyDirectory(source.name, target.name, flags, mode & 0o7777, source.at, target.at);
    if (typeof left === "object") return left.names as string[];
    const step = failedStep(left);
    if (step === "mkdir" || step === "chmod") throw systemError(left, step, target.path);
    return undefined;
  }

  private async copyEntries(
    source: Place, found: Found, target: Place, there: Found | undefined, anew: boolean, names: readonly string[],
  ): Promise<void> {
    for (const name of names) {
      const [from, to] = [entryOf(source, name), entryOf(target, name)];
      const pair = anew ? { found: await this.see(from.path), there: undefined } : await this.check(from.path, to.path);
      if (pair !== undefined) await this.copy(from, pair.found, to, pair.there, anew);
    }
    if (there === undefined) await this.setMode(target, found.mode);
    if (nodeMajor >= 26 && this.request.preserveTimestamps) await this.copyTimes(source, target);
  }

  private async entriesOf(source: Place, refuse: (result: Result) => Error): Promise<readonly string[]> {
    const listing = await this.engine.readdir(source.name, false, false, source.at);
    if (typeof listing === "number") throw refuse(listing);
    return listing.names as string[];
  }

  private async copyFile(source: Place, { mode }: Found, target: Place, there: Found | undefined, anew: boolean): Promise<void> {
    const { force, preserveTimestamps } = this.request;
    if (there !== undefined) {
      if (!force) return this.refuseExisting(target.path);
      this.must(await this.engine.unlink(target.name, target.at), "unlink", target.path);
    }
    const flags = this.request.mode | (this.holds ? copiesAnew : 0);
    const copied = await this.engine.copyFile(source.name, target.name, flags, source.at, target.at);
    if (anew) this.must(copied, "copyfile", target.path);
    else this.must(copied, "copyfile", source.path, target.path);
    if (preserveTimestamps) {
      if (!this.holds && (mode & 0o200) === 0) await this.setMode(target, mode | 0o200);
      await this.copyTimes(source, target);
    }
    // A copy that is made anew has the mode of its source already; by its name, a link might be met.
    if (!this.holds) await this.setMode(target, mode);
  }

  private async copyTimes(source: Place, target: Place): Promise<void> {
    const pending = this.engine.stat(source.path, true);
    const fields = pending instanceof Promise ? await pending : pending;
    if (typeof fields === "number") throw systemError(fields, "stat", source.path);
    // To the millisecond, as Node has them in its Dates.
    const { atime, mtime } = statsFrom(fields, false);
    const set = await this.engine.utimes(target.name, atime.getTime() / 1000, mtime.getTime() / 1000, !this.holds, target.at);
    this.must(set, "utime", target.path);
  }

  private async copyLink({ path: source, ...from }: Place, { path: target, ...to }: Place, there: Found | undefined, anew: boolean): Promise<void> {
    let content = await this.readLink(from);
    if (typeof content === "number") throw systemError(content, "readlink", source);
    if (!this.request.verbatimSymlinks && !isAbsolute(content)) content = resolve(dirname(source), content);
    if (there !== undefined) {
      const replaced = await this.readLink(to);
      if (typeof replaced === "string") {
        await this.checkLink(source, content, target, isAbsolute(replaced) ? replaced : resolve(dirname(target), replaced));
        this.must(await this.engine.unlink(to.name, to.at), "unlink", target);
      } else if (errnoOf(replaced) !== -EINVAL) throw systemError(replaced, "readlink", target);
    }
    const made = await this.engine.symlink(content, to.name, to.at);
    // The walk names the folder, not the link.
    if (anew && made < 0) throw walkError(made, dirname(target));
    this.must(made, "symlink", content, target);
  }

  /** @param content what the new link says, @param replaced where the old one leads */
  private async checkLink(source: string, content: string, target: string, replaced: string): Promise<void> {
    const leadsTo = nodeMajor >= 24 ? await this.look(source, true, "stat", true) : undefined;
    const concerns = nodeMajor < 24 || (leadsTo !== undefined && isDirectory(leadsTo));
    if (concerns && isWithin(content, replaced)) throw await intoItself(content, replaced, target);
    const found = await this.look(source, true, "stat");
    if (found === undefined) throw systemError(-ENOENT, "stat", source);
    if (isDirectory(found) && isWithin(replaced, content))
      throw await refusal("ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY", "EINVAL", target, `cannot overwrite ${replaced} with ${content}`);
  }

  private async refuseExisting(target: string): Promise<void> {
    const { force, errorOnExist } = this.request;
    if (errorOnExist && !force) throw await refusal("ERR_FS_CP_EEXIST", "EEXIST", target, `${target} already exists`);
  }

  private async makeDirectories(path: string): Promise<void> {
    const made = await this.engine.mkdir(path, 0o777, true);
    if (typeof made === "object") throw systemError(made.result, "mkdir", made.path);
    if (typeof made === "number") this.must(made, "mkdir", path);
  }

  private async make({ name, at }: Place): Promise<Result> {
    const made = await this.engine.mkdir(name, 0o777, false, at);
    return typeof made === "number" ? made : 0;
  }

  private async readLink({ name, at }: Omit<Place, "path">): Promise<string | Result> {
    const content = await this.engine.readlink(name, false, at);
    return typeof content === "object" ? content.toString() : content;
  }

  private async setMode({ path, name, at }: Place, mode: number): Promise<void> {
    this.must(await this.engine.chmod(name, mode & 0o7777, at), "chmod", path);
  }

  private must(result: Result, syscall: string, path: string, target?: string): void {
    if (result < 0) throw systemError(result, syscall, path, target);
  }

  private async see(path: string): Promise<Found> {
    const found = await this.look(path, false, "lstat");
    if (found === undefined) throw systemError(-ENOENT, "lstat", path);
    return found;
  }

  /** Undefined where there is nothing. @param whatever also where it cannot be said */
  private async look(path: string, followLinks: boolean, syscall: string, whatever = false): Promise<Found | undefined> {
    const pending = this.engine.stat(path, followLinks);
    const fields = pending instanceof Promise ? await pending : pending;
    if (typeof fields === "number") {
      if (whatever || errnoOf(fields) === -ENOENT) return undefined;
      throw systemError(fields, syscall, path);
    }
    const { mode, device, inode } = identityOf(fields);
    return { mode, type: mode & constants.S_IFMT, device, inode };
  }
}

/** Windows has rules of its own for links, and on 32 bits Node warns of timestamps. */
const isCommonSystem = process.platform !== "win32" && process.arch !== "ia32";

/** cp(src, dest[, options]) */
export const makeCp = (engine: Ground) =>
  async function cp(src: unknown, dest: unknown, options: unknown): Promise<void> {
    const request = cpRequestOf(options);
    const source = pathOf(src);
    const target = pathOf(dest);
    // Bytes Node cannot take apart: it fails before it copies anything.
    if (request === undefined || typeof source !== "string" || typeof target !== "string" || !isCommonSystem)
      return engine.oracle.cp(src, dest, options);
    await new Copy(engine(), request).start(source, target);
    return undefined;
  };
