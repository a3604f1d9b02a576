import { resolve } from "node:path";
import { asyncDispose } from "../async-dispose";
import type { Name, Path } from "../backends/engine";
import { systemError } from "../errors";
import { pathOf } from "./arguments";
import type { Ground } from "./ground";
import { encoded, nameEncodingOf, wantsBytes, type NameEncoding } from "./name-encoding";
import { makeRm } from "./remove";

const placeholder = "XXXXXX";

const templateOf = (prefix: Path): Path =>
  typeof prefix === "string" ? prefix + placeholder : Buffer.concat([prefix, Buffer.from(placeholder)]);

const endsWithX = (prefix: Path): boolean => prefix.at(-1) === (typeof prefix === "string" ? "X" : 0x58);

/**
 * Makes a directory for the function of that name.
 * @returns undefined where the oracle has to answer
 */
type Make = (prefix: unknown, options: unknown) => Promise<Name> | undefined;

function makerOn(engine: Ground): Make {
  let warned = false;

  const make = async (template: Path, encoding: NameEncoding): Promise<Name> => {
    const pending = engine().mkdtemp(template, wantsBytes(encoding));
    const made = pending instanceof Promise ? await pending : pending;
    if (typeof made === "number") throw systemError(made, "mkdtemp", template);
    if (typeof made === "object" && "result" in made) throw systemError(made.result, "mkdtemp", made.path);
    return encoded(made, encoding);
  };

  return (prefix, options) => {
    const encoding = nameEncodingOf(options);
    const where = pathOf(prefix);
    // Without a prefix, some versions mistake their template and refuse it.
    if (where === undefined || where.length === 0 || encoding === undefined) return undefined;
    if (endsWithX(where) && !warned) {
      // Node warns about such a prefix, once.
      warned = true;
      return undefined;
    }
    return make(templateOf(where), encoding);
  };
}

/** mkdtemp(prefix[, options]): a directory with a name that nobody had. */
export const makeMkdtemp = (engine: Ground) => {
  const make = makerOn(engine);
  return async function mkdtemp(prefix: unknown, options: unknown): Promise<unknown> {
    return (await make(prefix, options)) ?? engine.oracle.mkdtemp(prefix, options);
  };
};

const removal = { recursive: true, force: true, maxRetries: 0, retryDelay: 0 };

/** mkdtempDisposable(prefix[, options]): the same, with the means to remove it. */
export const makeMkdtempDisposable = (engine: Ground) => {
  const make = makerOn(engine);
  const rm = makeRm(engine);
  return async function mkdtempDisposable(prefix: unknown, options: unknown): Promise<unknown> {
    const folder = process.cwd();
    const path = await make(prefix, options);
    if (path === undefined) return engine.oracle.mkdtempDisposable(prefix, options);
    // It stays the same directory when the working directory changes. Node, too, cannot resolve a Buffer, and says so.
    const whole = resolve(folder, path as string);
    const remove = async (): Promise<void> => {
      await rm(whole, removal);
    };
    return {
      __proto__: null,
      path,
      remove,
      async [asyncDispose](): Promise<void> {
        await remove();
      },
    };
  };
};
