/** opendir: Node's own Dir over a directory that the engine has opened, and reads as Dir asks for it. */

import type { Dir } from "node:fs";
import type { OpenDirectory } from "../backends/engine";
import { systemError } from "../errors";
import { decodingOf, optionsOf, pathOf, type Options } from "./arguments";
import { DirectoryHandle, DirOf, FlatSource, refuseBadSize, tryDir } from "./directory-handle";
import { comesAsText, type NameDecoding } from "./dirents";
import type { Ground } from "./ground";
import { recursiveDir } from "./recursive-directory";

let tried: boolean | undefined;

export type Opendir = (...args: unknown[]) => Promise<Dir>;

/** Node's is a promisified function, which its arguments' number means something to. */
const asNodes = (call: Opendir): Opendir =>
  Object.defineProperties(
    function opendir(...args: unknown[]) {
      return call(...args);
    },
    { length: { value: 3 } },
  );

/** Node's own opendir, but for what ends the process. */
export const guardedOpendir = (ofNode: Opendir): Opendir =>
  asNodes(async (...args) => {
    const [, options] = args;
    if (typeof options === "object" && options !== null) refuseBadSize(options);
    return await ofNode(...args);
  });

interface OpendirRequest {
  readonly decoding: NameDecoding;
  /** As they were at the call: Node looks again when the directory is open, and dies of what it does not like then. */
  readonly options: Options;
}

const opendirRequestOf = (options: unknown): OpendirRequest | undefined => {
  const given = typeof options === "function" ? undefined : optionsOf(options);
  if (given === undefined) return undefined;
  // Every encoding must be one, but only an own one has an effect.
  const { encoding: checked } = given;
  const own = { ...given };
  const { encoding = "utf8" } = own;
  if (checked !== "buffer" && decodingOf(checked) === undefined) return undefined;
  const decoding = encoding === "buffer" ? encoding : decodingOf(encoding);
  return decoding === undefined ? undefined : { decoding: decoding === "bytes" ? "utf8" : decoding, options: own };
};

const defaultSize = 32;

const isSize = (size: unknown): size is number => typeof size === "number" && size >>> 0 === size && size > 0;

/** As Node has it, a bad size comes to light when the directory is open. */
async function refuse(options: Options, opened: OpenDirectory): Promise<void> {
  try {
    refuseBadSize(options);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** opendir(path[, options]): a Dir that is read while it is open. */
export const makeOpendir = (engine: Ground): Opendir => {
  const guarded = guardedOpendir((...args) => engine.oracle.opendir(...args) as Promise<Dir>);
  return asNodes(async (...args) => {
    const [path, options] = args;
    const where = pathOf(path);
    const request = opendirRequestOf(options);
    const isCommon = args.length > 0 && args.length <= 2 && (tried ??= tryDir());
    if (where === undefined || request === undefined || !isCommon) return await guarded(...args);
    const { decoding, options: own } = request;
    const { bufferSize: wanted, recursive } = own;
    const bufferSize = isSize(wanted) ? wanted : defaultSize;
    const pending = engine().opendir(where, bufferSize, !comesAsText(decoding));
    const opened = pending instanceof Promise ? await pending : pending;
    if (typeof opened === "number") throw systemError(opened, "opendir", where);
    if (wanted !== bufferSize) await refuse(own, opened);
    const source = new FlatSource(opened, where, decoding);
    const given = path instanceof URL ? where : path;
    if (recursive) return recursiveDir(engine(), source, given, own, { decoding, bufferSize });
    return new DirOf(new DirectoryHandle(source), given, own);
  });
};
