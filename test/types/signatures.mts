/** Compiled, never run: every signature of Node's declarations, one by one, is one of ours. */

import type { Stream } from "node:stream";
import type { FileHandle as NodesHandle } from "node:fs/promises";
import type { FileHandle as OurHandle } from "caio/fs";

type Nodes = typeof import("node:fs/promises");
type Ours = typeof import("caio/fs").default;

/** The signatures of a function as pairs of its arguments and its result; of nine at most. */
type Signatures<Callable> = Callable extends {
  (...args: infer A1): infer R1;
  (...args: infer A2): infer R2;
  (...args: infer A3): infer R3;
  (...args: infer A4): infer R4;
  (...args: infer A5): infer R5;
  (...args: infer A6): infer R6;
  (...args: infer A7): infer R7;
  (...args: infer A8): infer R8;
  (...args: infer A9): infer R9;
}
  ? [A1, R1] | [A2, R2] | [A3, R3] | [A4, R4] | [A5, R5] | [A6, R6] | [A7, R7] | [A8, R8] | [A9, R9]
  : never;

/** Those that the other function does not have, with parameters and results compared as strictly as the compiler can. */
type Missing<Callable, Signature> = Signature extends [infer Args extends unknown[], infer Result]
  ? Callable extends (...args: Args) => Result
    ? never
    : Signature
  : never;

export type MissingSignatures<Mine, Theirs> = {
  [Name in keyof Theirs]: Missing<Name extends keyof Mine ? Mine[Name] : undefined, Signatures<Theirs[Name]>>;
}[keyof Theirs];

/** What is no options object, although it is one. */
type Argument = Date | URL | NodeJS.ArrayBufferView | Iterable<unknown> | AsyncIterable<unknown> | Stream | { fd: number };

type OptionNames<Args> = Args extends readonly (infer Arg)[]
  ? Arg extends Argument
    ? never
    : Arg extends object
      ? keyof Arg
      : never
  : never;

type OptionsOf<Callable> = Signatures<Callable> extends infer Signature
  ? Signature extends [infer Args, unknown]
    ? OptionNames<Args>
    : never
  : never;

/** Options that the other function does not know: it would refuse them in a literal. */
export type MissingOptions<Mine, Theirs> = {
  [Name in keyof Theirs]: Exclude<OptionsOf<Theirs[Name]>, Name extends keyof Mine ? OptionsOf<Mine[Name]> : never>;
}[keyof Theirs];

export type Nothing<Left extends never> = Left;

export type SignaturesOfModule = Nothing<MissingSignatures<Ours, Nodes>>;
export type OptionsOfModule = Nothing<MissingOptions<Ours, Nodes>>;
export type SignaturesOfHandle = Nothing<MissingSignatures<OurHandle, NodesHandle>>;
export type OptionsOfHandle = Nothing<MissingOptions<OurHandle, NodesHandle>>;

/** Handles of both kinds are one type. */
export type HandlesOneWay = Nothing<OurHandle extends NodesHandle ? never : "ours is not Node's">;
export type HandlesTheOther = Nothing<NodesHandle extends OurHandle ? never : "Node's is not ours">;

/** What has to turn red, does. */
type With<Changed> = Omit<Ours, keyof Changed> & Changed;
type Path = Parameters<Nodes["unlink"]>[0];
// @ts-expect-error a URL is no longer a path
export type NarrowerParameter = Nothing<MissingSignatures<With<{ unlink: (path: string | Buffer) => Promise<void> }>, Nodes>>;
// @ts-expect-error an option has another type
export type OtherOption = Nothing<MissingSignatures<With<{ rm: (path: Path, options?: { force?: 1 }) => Promise<void> }>, Nodes>>;
// @ts-expect-error a result is another
export type OtherResult = Nothing<MissingSignatures<With<{ stat: (path: Path, options?: unknown) => Promise<string> }>, Nodes>>;
// @ts-expect-error the signature with "recursive: true" is lost
export type LostSignature = Nothing<MissingSignatures<With<{ mkdir: (path: Path, options?: unknown) => Promise<void> }>, Nodes>>;
// @ts-expect-error a function is lost
export type LostFunction = Nothing<MissingSignatures<Omit<Ours, "rename">, Nodes>>;
// @ts-expect-error an option is lost
export type LostOption = Nothing<MissingOptions<With<{ rm: (path: Path, options?: { force?: boolean }) => Promise<void> }>, Nodes>>;
// @ts-expect-error an option of a handle's is lost
export type LostOptionOfHandle = Nothing<MissingOptions<{ readLines: (options?: { start?: 1 }) => unknown }, Pick<NodesHandle, "readLines">>>;
