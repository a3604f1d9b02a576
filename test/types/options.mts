/** Compiled, never run: options that are declared with Node's types are options of ours. */

import type * as node from "node:fs";
import type * as nodes from "node:fs/promises";
import type { Abortable } from "node:events";
import fs, { type FileHandle } from "caio/fs";

type Nodes = typeof nodes;

/** The arguments of the last signature, which is the widest. */
type Widest<Name extends Exclude<keyof Nodes, "constants">> = Parameters<Nodes[Name]>;

export async function variables(
  path: node.PathLike,
  time: node.TimeLike,
  mode: node.Mode,
  abortable: Abortable,
  encoding: node.ObjectEncodingOptions,
  bytes: node.BufferEncodingOption,
  encodingByItself: BufferEncoding | null,
  made: nodes.FlagAndOpenMode,
): Promise<unknown> {
  const file: Buffer = await fs.readFile(path, abortable);
  const either: string | Buffer = await fs.readFile(path, { ...encoding, ...abortable, flag: made.flag });
  const asEncoded: string | Buffer = await fs.readFile(path, encodingByItself);
  await fs.writeFile(path, "text", encoding);
  await fs.writeFile(path, "text", made);
  await fs.writeFile(path, "text", { ...encoding, ...made, ...abortable, flush: true });
  await fs.writeFile(path, "text", encodingByItself);
  await fs.appendFile(path, "text", { ...encoding, ...made, flush: true });
  await fs.open(path, made.flag, made.mode);
  await fs.chmod(path, mode);
  await fs.utimes(path, time, time);
  const names: string[] | Buffer[] = await fs.readdir(path, encoding);
  const target: string | Buffer = await fs.readlink(path, encoding);
  const targetInBytes: Buffer = await fs.readlink(path, bytes);
  const real: string | Buffer = await fs.realpath(path, encoding);
  const realInBytes: Buffer = await fs.realpath(path, bytes);
  const temporary: string | Buffer = await fs.mkdtemp("prefix", encoding);
  const temporaryInBytes: Buffer = await fs.mkdtemp("prefix", bytes);
  return [file, either, asEncoded, names, target, targetInBytes, real, realInBytes, temporary, temporaryInBytes];
}

export async function interfaces(
  rm: node.RmOptions,
  rmdir: node.RmDirOptions,
  mkdir: node.MakeDirectoryOptions,
  copy: node.CopyOptions,
  directory: node.OpenDirOptions,
  stat: node.StatOptions,
  statfs: node.StatFsOptions,
  bigint: node.BigIntOptions,
  write: node.WriteFileOptions,
  watch: node.WatchOptions,
): Promise<unknown> {
  await fs.rm("a", rm);
  await fs.rmdir("a", rmdir);
  const first: string | undefined = await fs.mkdir("a", mkdir);
  await fs.cp("a", "b", copy);
  const opened: node.Dir = await fs.opendir("a", directory);
  const found: node.Stats | node.BigIntStats | undefined = await fs.stat("a", stat);
  const link: node.Stats | node.BigIntStats = await fs.lstat("a", stat);
  const exact: node.BigIntStats = await fs.stat("a", bigint);
  const system: node.StatsFs | node.BigIntStatsFs = await fs.statfs("a", statfs);
  const exactSystem: node.BigIntStatsFs = await fs.statfs("a", bigint);
  await fs.writeFile("a", "text", write);
  await fs.appendFile("a", "text", write);
  for await (const { filename } of fs.watch("a", watch)) return filename;
  return [first, opened, found, link, exact, system, exactSystem];
}

export async function parameters(
  access: Widest<"access">,
  cp: Widest<"cp">,
  lstat: Widest<"lstat">,
  mkdir: Widest<"mkdir">,
  mkdtemp: Widest<"mkdtemp">,
  opendir: Widest<"opendir">,
  readFile: Widest<"readFile">,
  readlink: Widest<"readlink">,
  realpath: Widest<"realpath">,
  rm: Widest<"rm">,
  statfs: Widest<"statfs">,
  symlink: Widest<"symlink">,
): Promise<unknown> {
  await fs.access(...access);
  await fs.cp(...cp);
  await fs.rm(...rm);
  await fs.symlink(...symlink);
  return [
    await fs.lstat(...lstat),
    await fs.mkdir(...mkdir),
    await fs.mkdtemp(...mkdtemp),
    await fs.opendir(...opendir),
    await fs.readFile(...readFile),
    await fs.readlink(...readlink),
    await fs.realpath(...realpath),
    await fs.statfs(...statfs),
  ];
}

export async function ofHandle(
  handle: FileHandle,
  read: nodes.FileReadOptions,
  readStream: nodes.CreateReadStreamOptions,
  writeStream: nodes.CreateWriteStreamOptions,
  encoding: node.ObjectEncodingOptions & Abortable,
  stat: node.StatOptions,
): Promise<unknown> {
  const { bytesRead }: nodes.FileReadResult<Buffer> = await handle.read(read);
  await handle.writeFile("text", encoding);
  await handle.appendFile("text", encoding);
  const content: string | Buffer = await handle.readFile(encoding);
  const found: node.Stats | node.BigIntStats = await handle.stat(stat);
  const streams: [node.ReadStream, node.WriteStream] = [handle.createReadStream(readStream), handle.createWriteStream(writeStream)];
  return [bytesRead, content, found, streams, handle.readLines(readStream)];
}
