/** Every scenario there is; a scenario's position is its name between processes. */

import access from "./scenarios/access";
import appendFile from "./scenarios/append-file";
import handleClose from "./scenarios/handle-close";
import handleReadFile from "./scenarios/handle-read-file";
import handleStat from "./scenarios/handle-stat";
import lstat from "./scenarios/lstat";
import mkdir from "./scenarios/mkdir";
import open from "./scenarios/open";
import readFile from "./scenarios/read-file";
import read from "./scenarios/read";
import readdir from "./scenarios/readdir";
import readv from "./scenarios/readv";
import remaining from "./scenarios/remaining";
import rename from "./scenarios/rename";
import rm from "./scenarios/rm";
import rmdir from "./scenarios/rmdir";
import stat from "./scenarios/stat";
import streams from "./scenarios/streams";
import surface from "./scenarios/surface";
import sync from "./scenarios/sync";
import truncate from "./scenarios/truncate";
import unlink from "./scenarios/unlink";
import writeFile from "./scenarios/write-file";
import write from "./scenarios/write";
import writev from "./scenarios/writev";
import type { Scenario } from "./scenario";

export const catalogue: readonly Scenario[] = [
  ...surface,
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
  ...readFile,
  ...writeFile,
  ...appendFile,
  ...stat,
  ...lstat,
  ...access,
  ...mkdir,
  ...readdir,
  ...rename,
  ...unlink,
  ...rmdir,
  ...rm,
  ...remaining,
];
