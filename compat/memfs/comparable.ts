/** What is seen on memfs and on a disk, without what memfs does not know of any file; MEMFS.md says so too. */

import type { Observed } from "../observe";

/** There is no umask in memory. */
const masked = 0o022;

/** Of stats: memfs has numbers of its own, or zeros. */
const unknown = ["dev", "rdev", "blksize"];
const unknownOfDirectories = [...unknown, "nlink", "size"];

interface Fields {
  readonly [name: string]: Observed;
}

const isFields = (value: Observed | undefined): value is { [name: string]: Observed } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const entry = /^(?<head>.*: (?:file|directory) )(?<mode>[0-7]+)/s;

/** A line of the tree. */
const maskedEntry = (line: string): string =>
  line.replace(entry, (_whole, head: string, mode: string) => `${head}${(Number.parseInt(mode, 8) & ~masked).toString(8)}`);

function maskedMode(mode: Observed): Observed {
  if (typeof mode === "number") return mode & ~masked;
  return isFields(mode) && typeof mode["bigint"] === "string" ? { bigint: String(BigInt(mode["bigint"]) & ~BigInt(masked)) } : mode;
}

/** Stats, as stats.ts and observe.ts write them down. */
function comparableStats({ steady, is, ...rest }: Fields): Observed {
  const fields = isFields(steady) && isFields(steady["fields"]) ? steady["fields"] : {};
  const left = Array.isArray(is) && is.includes("directory") ? unknownOfDirectories : unknown;
  const known = Object.entries(fields).filter(([name]) => !left.includes(name));
  return { ...rest, is: is ?? null, steady: Object.fromEntries(known.map(([name, value]) => [name, name === "mode" ? maskedMode(value) : value])) };
}

export function comparable(value: Observed): Observed {
  if (typeof value === "string") return maskedEntry(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(comparable);
  const fields: Observed = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, comparable(inner)]));
  return "steady" in fields ? comparableStats(fields) : fields;
}
