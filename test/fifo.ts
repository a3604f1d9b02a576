/** A FIFO held open at both ends: reads wait for as long as nobody writes. */

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

let count = 0;

export function openFifo(folder: string): number {
  const name = path.join(folder, `fifo-${process.pid}-${count++}`);
  execFileSync("mkfifo", [name]);
  const fd = fs.openSync(name, "r+");
  fs.unlinkSync(name);
  return fd;
}
