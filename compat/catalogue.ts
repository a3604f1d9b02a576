/** Every scenario there is; a scenario's position is its name between processes. */

import access from "./scenarios/access";
import appendFile from "./scenarios/append-file";
import chmod from "./scenarios/chmod";
import chown from "./scenarios/chown";
import copyFile from "./scenarios/copy-file";
import cp from "./scenarios/cp";
import glob from "./scenarios/glob";
import handleClose from "./scenarios/handle-close";
import handleReadFile from "./scenarios/handle-read-file";
import handleStat from "./scenarios/handle-stat";
import link from "./scenarios/link";
import lstat from "./scenarios/lstat";
import mkdir from "./scenarios/mkdir";
import mkdtemp from "./scenarios/mkdtemp";
import mkdtempDisposable from "./scenarios/mkdtemp-disposable";
import open from "./scenarios/open";
import opendir from "./scenarios/opendir";
import read from "./scenarios/read";
import process from "./scenarios/process";
import readFile from "./scenarios/read-file";
import readdir from "./scenarios/readdir";
import readlink from "./scenarios/readlink";
import readv from "./scenarios/readv";
import realpath from "./scenarios/realpath";
import remaining from "./scenarios/remaining";
import rename from "./scenarios/rename";
import rm from "./scenarios/rm";
import rmdir from "./scenarios/rmdir";
import stat from "./scenarios/stat";
import statfs from "./scenarios/statfs";
import streamIter from "./scenarios/stream-iter";
import streams from "./scenarios/streams";
import surface from "./scenarios/surface";
import symlink from "./scenarios/symlink";
import sync from "./scenarios/sync";
import truncate from "./scenarios/truncate";
import unlink from "./scenarios/unlink";
import utimes from "./scenarios/utimes";
import write from "./scenarios/write";
import writeFile from "./scenarios/write-file";
import writev from "./scenarios/writev";
import type { Scenario } from "./scenario";

export const catalogue: readonly Scenario[] = [
  ...surface,
  ...process,
  ...open,
  ...read,
  ...readv,
  ...write,
  ...writev,
  ...handleStat,
  ...truncate,
  ...sync,
  ...handleReadFile,
  ...handleClose,
  ...streams,
  ...streamIter,
  ...readFile,
  ...writeFile,
  ...appendFile,
  ...stat,
  ...lstat,
  ...access,
  ...mkdir,
  ...readdir,
  ...opendir,
  ...glob,
  ...cp,
  ...rename,
  ...unlink,
  ...rmdir,
  ...rm,
  ...chmod,
  ...chown,
  ...utimes,
  ...link,
  ...symlink,
  ...readlink,
  ...realpath,
  ...mkdtemp,
  ...mkdtempDisposable,
  ...statfs,
  ...copyFile,
  ...remaining,
];
