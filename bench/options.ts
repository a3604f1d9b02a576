/** The command line of the bench. */

import { parseArgs } from "node:util";

export interface Options {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly only: readonly string[];
  readonly backends: readonly string[];
  readonly allBackends: boolean;
  readonly check: boolean;
  readonly json: string | undefined;
}

export const usage = `npm run bench [-- OPTIONS]
  --rounds N        rounds in which all take turns (default 5)
  --short           3 rounds of shorter samples
  --only NAME       rows whose name contains NAME; may be repeated
  --backend NAME    caio/fs/NAME in place of caio/fs; may be repeated
  --all-backends    caio/fs on every available backend as well
  --check           exit 1 when a ratio is missed; 5 rounds at least
  --json FILE       every sample, for machines
  --help`;

/** Undefined: the user asked for the usage. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string" },
      short: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      backend: { type: "string", multiple: true, default: [] },
      "all-backends": { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const rounds = Number(values.rounds ?? (values.short ? 3 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a number from 1, not ${String(values.rounds)}`);
  return {
    rounds: values.check ? Math.max(5, rounds) : rounds,
    milliseconds: values.short ? 150 : 300,
    only: values.only,
    backends: values.backend,
    allBackends: values["all-backends"],
    check: values.check,
    json: values.json,
  };
}
