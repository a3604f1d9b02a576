/** The same for CommonJS: what require gives, with and without esModuleInterop, is node:fs/promises. */

import type { FileHandle } from "node:fs/promises";
import required = require("caio/fs");
import byDefault from "caio/fs";
import { readFile } from "caio/fs";
import type { FileHandle as OurHandle } from "caio/fs";
import * as everything from "caio/fs";
import caio = require("caio");

type Nodes = typeof import("node:fs/promises");

export const modules: readonly Nodes[] = [required, byDefault, everything];
export const read: Nodes["readFile"] = readFile;
export const typed: Promise<required.FileReadResult<Buffer>> = required.open("file").then((handle: OurHandle) => handle.read());
export const opened: Promise<FileHandle> = required.open("file");
export const made: Nodes = caio.createFs({ backend: "js" });
