/** Node's own modules, also where a test has put others in their place for the modules that it loads. */

import * as fs from "node:fs";
import promises from "node:fs/promises";

/** Node has it since 20.16. */
const builtin: ((name: string) => object | undefined) | undefined = process.getBuiltinModule?.bind(process);

export const nodeFs = (builtin?.("node:fs") ?? fs) as typeof fs;

export const nodePromises = (builtin?.("node:fs/promises") ?? promises) as typeof promises;
