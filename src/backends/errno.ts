/** Names of errors → −errno of the running platform (libuv's own numbers on Windows). */

import { getSystemErrorMap } from "node:util";

const numbers = new Map(Array.from(getSystemErrorMap(), ([number, [code]]) => [code, number]));

const EIO = numbers.get("EIO") ?? -5;

/** −errno of a name such as "EBADF"; −EIO for a name that this platform does not know. */
export const errnoNamed = (code: string): number => numbers.get(code) ?? EIO;

export const EBADF = errnoNamed("EBADF");
export const ECANCELED = errnoNamed("ECANCELED");
export const EFBIG = errnoNamed("EFBIG");
export const ENOTSUP = errnoNamed("ENOTSUP");
