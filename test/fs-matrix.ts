/** caio/fs in each cell of the matrix: the same surface on an engine with the cell's backend and try-now. */

import path from "node:path";
import type nodePromises from "node:fs/promises";
import type { BackendName } from "caio";
import { eachCell, packageRoot, type Cell } from "./matrix";

export type FileSystem = typeof nodePromises;

interface Surface {
  makeFileSystem(makeEngine: () => unknown): FileSystem;
}
interface Select {
  readonly defaultOptions: object;
  createEngine(name: BackendName, options: object): { engine: unknown };
}

// Try-now is set by the environment for the engine that caio/fs shares: to have both in one process, below the entries.
const { makeFileSystem } = require(path.join(packageRoot, "dist/fs/surface.js")) as Surface;
const { createEngine, defaultOptions } = require(path.join(packageRoot, "dist/backends/select.js")) as Select;

const made = new Map<string, FileSystem>();

function fileSystemOf({ backend, tryNow }: Cell): FileSystem {
  const key = `${backend} ${tryNow}`;
  const fs = made.get(key) ?? makeFileSystem(() => createEngine(backend, { ...defaultOptions, tryNow }).engine);
  made.set(key, fs);
  return fs;
}

export interface FileSystemCell {
  readonly cell: Cell;
  readonly fs: FileSystem;
  /** The path of a file in the cell's folder. */
  place(name: string): string;
}

/** Defines the body's tests once per backend, try-now on and off, on a disk and in memory. */
export const eachFileSystem = (title: string, body: (here: FileSystemCell) => void): void =>
  eachCell(title, (cell) =>
    body({ cell, fs: fileSystemOf(cell), place: (name) => path.join(cell.folder(), name) }),
  );
