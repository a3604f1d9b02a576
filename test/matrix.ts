/** One loop over everything that must behave the same: backends × try-now on and off × kinds of file system. */

import fs from "node:fs";
import path from "node:path";
import { AsyncContext, backends, type AsyncContextOptions, type BackendName } from "caio";

/** From out/test as from test. */
export const packageRoot = path.dirname(require.resolve("caio/package.json"));

/** tmpfs ends almost everything at once, so what is only tried there proves nothing about completions. */
const media = [
  { medium: "disk", parent: path.join(packageRoot, "scratch") },
  { medium: "memory", parent: "/dev/shm" },
] as const;

export interface Cell {
  readonly backend: BackendName;
  readonly tryNow: boolean;
  readonly medium: "disk" | "memory";
  /** A new, empty folder for the tests of this cell; removed after them. */
  folder(): string;
  /** A context of this cell, closed after the test. */
  context(options?: AsyncContextOptions): AsyncContext;
  /** A descriptor on a new file of this cell with this content, closed after the test. */
  file(content?: string | Uint8Array, flags?: string | number): number;
}

function folderIn(parent: string): string {
  fs.mkdirSync(parent, { recursive: true });
  return fs.mkdtempSync(path.join(parent, "caio-test-"));
}

/** For what takes seconds: with try-now on the disk, without it in memory. */
export const isOneOfTwo = ({ tryNow, medium }: Cell): boolean => tryNow === (medium === "disk");

function inCell(backend: BackendName, tryNow: boolean, medium: Cell["medium"], parent: string, body: (cell: Cell) => void): void {
  describe(`${backend}, try-now ${tryNow ? "on" : "off"}, on ${medium}`, () => {
    let folder = "";
    let files = 0;
    const contexts: AsyncContext[] = [];
    const descriptors: number[] = [];

    before(() => {
      folder = folderIn(parent);
    });
    afterEach(async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
      for (const fd of descriptors.splice(0)) fs.closeSync(fd);
    });
    after(() => fs.rmSync(folder, { recursive: true, force: true }));

    body({
      backend,
      tryNow,
      medium,
      folder: () => folder,
      context: (options = {}) => {
        const context = new AsyncContext({ backend, tryNow, ...options });
        contexts.push(context);
        return context;
      },
      file: (content = "", flags = "r+") => {
        const name = path.join(folder, `file-${files++}`);
        fs.writeFileSync(name, content);
        const fd = fs.openSync(name, flags);
        descriptors.push(fd);
        return fd;
      },
    });
  });
}

/** Defines the body's tests once per cell; a backend or file system that is missing here is a skip that says why. */
export function eachCell(title: string, body: (cell: Cell) => void): void {
  describe(title, () => {
    for (const { name, available, reason } of backends()) {
      if (!available) {
        it(`${name} is not available here: ${reason}`, function () {
          this.skip();
        });
        continue;
      }
      for (const { medium, parent } of media) {
        if (medium === "memory" && !fs.existsSync(parent)) {
          it(`${name} on memory: there is no ${parent} here`, function () {
            this.skip();
          });
          continue;
        }
        // The js backend never tries on the calling thread.
        for (const tryNow of name === "js" ? [true] : [true, false]) inCell(name, tryNow, medium, parent, body);
      }
    }
  });
}
