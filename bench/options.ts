/** The command line of the bench. */

import { parseArgs } from "node:util";
import type { Quota } from "./runner/sample";

export interface Options {
  readonly rounds: number;
  readonly quota: Quota;
  readonly only: readonly string[];
  /** Implementations: `caio`, or `caio/thread` and so on. */
  readonly caio: readonly string[];
  /** Backends beside those. */
  readonly others: "none" | "native" | "all";
  readonly short: boolean;
  readonly all: boolean;
  readonly peers: boolean;
  readonly check: boolean;
  readonly plots: boolean;
  readonly system: boolean;
  readonly list: boolean;
  readonly json: string | undefined;
  readonly from: string | undefined;
}

export const usage = `npm run bench [-- OPTIONS]
  --rounds N        rounds in which all take turns (default 5)
  --short           fewer rows, 2 rounds of shorter samples
  --all             every row: all sizes, depths, conditions and contexts
  --only NAME       the row of that name, or all whose names contain it; may be repeated
  --backend NAME    caio/fs/NAME in place of caio/fs; may be repeated
  --all-backends    caio/fs on every available backend as well
  --peers           beside this Node: other Nodes, Bun, Deno (from npm, into a cache), a loop in C, fio
  --check           exit 1 when a ratio is missed; every backend but js, 5 rounds at least
  --system          rows that change a setting of the system while they run (vm.dirty_bytes; needs root)
  --plots           what the plots need; they go to docs/plots
  --json FILE       every sample, for machines
  --from FILE       the rows of such a FILE, in place of measuring
  --list            the names of the rows that would run
  --help`;

/** Undefined: the user asked for the usage. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string" },
      short: flag,
      all: flag,
      only: { type: "string", multiple: true, default: [] },
      backend: { type: "string", multiple: true, default: [] },
      "all-backends": flag,
      peers: flag,
      check: flag,
      system: flag,
      plots: flag,
      json: { type: "string" },
      from: { type: "string" },
      list: flag,
      help: flag,
    },
  });
  if (values.help) return undefined;
  const rounds = Number(values.rounds ?? (values.short ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a number from 1, not ${String(values.rounds)}`);
  return {
    rounds: values.check ? Math.max(5, rounds) : rounds,
    quota: values.short ? { milliseconds: 60, observed: 20 } : { milliseconds: 150, observed: 40 },
    only: values.only,
    caio: values.backend.length > 0 ? values.backend.map((name) => `caio/${name}`) : ["caio"],
    others: values["all-backends"] ? "all" : values.check ? "native" : "none",
    short: values.short,
    all: values.all,
    peers: values.peers,
    check: values.check,
    plots: values.plots,
    system: values.system,
    list: values.list,
    json: values.json,
    from: values.from,
  };
}
