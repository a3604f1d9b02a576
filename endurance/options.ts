/** What the commands of this folder have in common on their command lines. */

import type { BackendName } from "caio";

export const backendNames: readonly BackendName[] = ["uring", "linux", "thread", "js"];

export const isBackend = (given: string): given is BackendName => backendNames.some((name) => name === given);

export function wholeNumber(name: string, given: string): number {
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} is a whole number, 1 or more`);
  return number;
}

export const seedOf = (given: string | undefined): number => (given === undefined ? Math.floor(Math.random() * 1e9) : wholeNumber("seed", given));
