/** Which options the running Node's functions know: newer versions know more, and what it does not know means nothing. */

import { oracle } from "./oracle";

/** The names that a function looks up in its options at the call, which asks for a file without a name. */
function optionsOf(name: "stat" | "lstat" | "readFile"): ReadonlySet<PropertyKey> {
  const names = new Set<PropertyKey>();
  const noticing = new Proxy({}, { get: (_, property) => void names.add(property) });
  oracle[name]("", noticing).catch(() => undefined);
  return names;
}

const known = new Map<string, ReadonlySet<PropertyKey>>();

export function knowsOption(name: Parameters<typeof optionsOf>[0], option: string): boolean {
  let names = known.get(name);
  if (names === undefined) known.set(name, (names = optionsOf(name)));
  return names.has(option);
}
