/** Errors about arguments, worded like Node's. */

import { inspect } from "node:util";

function received(value: unknown): string {
  if (value === null || value === undefined) return `Received ${value}`;
  if (typeof value === "function") return `Received function ${value.name}`;
  if (typeof value === "object") {
    const name: unknown = value.constructor?.name;
    return typeof name === "string" && name !== "" ? `Received an instance of ${name}` : `Received ${inspect(value, { depth: -1 })}`;
  }
  const shown = inspect(value, { colors: false });
  return `Received type ${typeof value} (${shown.length > 28 ? `${shown.slice(0, 25)}...` : shown})`;
}

/** Options are properties, the rest are arguments. */
const subject = (name: string): string => `"${name}" ${name.includes(".") ? "property" : "argument"}`;

/** @param expected as in "of type number or an instance of ArrayBufferView" */
export const invalidType = (name: string, expected: string, value: unknown): TypeError =>
  Object.assign(new TypeError(`The ${subject(name)} must be ${expected}. ${received(value)}`), { code: "ERR_INVALID_ARG_TYPE" });

export function invalidValue(name: string, complaint: string, value: unknown): TypeError {
  // inspect would throw about a detached view.
  const shown = typeof value === "object" ? received(value) : `Received ${inspect(value)}`;
  const message = `The ${name.includes(".") ? "property" : "argument"} '${name}' ${complaint}. ${shown}`;
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_VALUE" });
}

const grouped = (value: number | bigint): string => {
  const digits = String(value);
  return /^-?\d{10,}$/.test(digits) ? digits.replace(/\B(?=(\d{3})+$)/g, "_") : digits;
};

/** @param range as in "an integer" or ">= 0 && <= 7" */
export const outOfRange = (name: string, range: string, value: number | bigint): RangeError =>
  Object.assign(
    new RangeError(
      `The value of "${name}" is out of range. It must be ${range}. Received ${grouped(value)}${typeof value === "bigint" ? "n" : ""}`,
    ),
    { code: "ERR_OUT_OF_RANGE" },
  );
