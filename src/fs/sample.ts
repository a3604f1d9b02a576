/** What Node says to a FileHandle's arguments, found out on a handle of its own. */

import { tmpdir } from "node:os";
import { join } from "node:path";
import { crypto } from "../backends/late-builtins";
import { oracle } from "./oracle";

type Method = (...args: unknown[]) => Promise<unknown>;

export type SampleHandle = Readonly<Record<string, Method>> & { close(): Promise<void> };

/** The handle's file has no name and is nobody's: Node may well do what it is asked. */
export async function onSample(ask: (sample: SampleHandle) => unknown): Promise<void> {
  const nameless = join(tmpdir(), `caio-${crypto().randomUUID()}`);
  const sample = (await oracle.open(nameless, "wx+", 0o600)) as SampleHandle;
  try {
    await oracle.unlink(nameless);
    await ask(sample);
  } finally {
    await sample.close();
  }
}
