/** What the parent and the process that is killed agree on. */

import type { BackendName } from "caio";

/** By which a writer makes its content last. */
export const ways = ["writeFile with flush", "write and datasync", "rename into place"] as const;
export type Way = (typeof ways)[number];

export const writers = 32;

/** Writers differ in their way. */
export const wayOf = (writer: number): Way => ways[writer % ways.length] ?? "writeFile with flush";

/** Deliberate ones: to say that it is done before it is; to leave it to the kernel when it reaches the disk. */
export type Fault = "hasty" | "careless";

export interface Assignment {
  readonly backend: BackendName;
  readonly folder: string;
  readonly tryNow: boolean;
  /** Versions go on from here: those before are on the disk. */
  readonly firstVersion: number;
  readonly fault?: Fault | undefined;
}

/** An acknowledgement, as it goes through the pipe: a writer and its version, 4 bytes each, written in one piece. */
export const acknowledgementLength = 8;

const recordLength = 24;

/** Content that tells its writer and version in every part, so that a torn one is seen: 1 to 48 KiB. */
export function contentOf(writer: number, version: number): Buffer {
  const records = 43 + ((writer * 7919 + version * 104_729) % 2000);
  const record = `${String(writer).padStart(3, "0")}:${String(version).padStart(15, "0")}:${String(records).padStart(4, "0")}`.slice(0, recordLength - 1);
  return Buffer.from(`${record}\n`.repeat(records));
}

/** The version of a whole content; undefined of one that is torn, of another writer, or empty. */
export function versionIn(content: Buffer, writer: number): number | undefined {
  const [, version] = /^\d{3}:(\d{15}):/.exec(content.subarray(0, recordLength).toString("latin1")) ?? [];
  if (version === undefined) return undefined;
  return content.equals(contentOf(writer, Number(version))) ? Number(version) : undefined;
}
