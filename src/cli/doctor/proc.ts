/** What the kernel tells in files. */

import { nodeFs } from "../../backends/node-fs";

/** Undefined where there is no such file, or it is not for us to read. */
export function textOf(file: string): string | undefined {
  try {
    return nodeFs.readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

export function numberIn(file: string): number | undefined {
  const text = textOf(file);
  return text === undefined || text === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
}
