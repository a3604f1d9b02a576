/** Two observations → the places in which they differ, each as one line. */

import type { Observed } from "./observe";

const longestShown = 200;

/** Long values are shown from a little before the place at which they part. */
function shown(value: Observed | undefined, other: Observed | undefined): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  if (text.length <= longestShown) return text;
  const otherText = other === undefined ? "" : JSON.stringify(other);
  let parting = 0;
  while (parting < text.length && text[parting] === otherText[parting]) parting += 1;
  const start = Math.max(0, parting - longestShown / 2);
  return `${start > 0 ? "…" : ""}${text.slice(start, start + longestShown)}${start + longestShown < text.length ? "…" : ""}`;
}

const isRecord = (value: Observed | undefined): value is { [key: string]: Observed } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function differences(expected: Observed | undefined, actual: Observed | undefined, place = ""): string[] {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length);
    return Array.from({ length }, (_, index) => differences(expected[index], actual[index], `${place}[${index}]`)).flat();
  }
  if (isRecord(expected) && isRecord(actual)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    // Own ones: a field may be called toString.
    const of = (record: { [key: string]: Observed }, name: string): Observed | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);
    const found = names.flatMap((name) => differences(of(expected, name), of(actual, name), place === "" ? name : `${place}.${name}`));
    if (found.length === 0 && Object.keys(expected).join("\n") !== Object.keys(actual).join("\n")) {
      found.push(`${place}: order of keys ${Object.keys(expected).join(", ")}; here ${Object.keys(actual).join(", ")}`);
    }
    return found;
  }
  return Object.is(expected, actual) ? [] : [`${place}: Node ${shown(expected, actual)}; here ${shown(actual, expected)}`];
}
