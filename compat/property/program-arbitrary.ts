/** Arbitrary programs: which calls, how often, with which arguments. */

import fc from "fast-check";
import * as a from "./argument-arbitraries";
import { slots } from "./expressions";
import type { Call, Planted, Program, Step } from "./program";

type Arguments = fc.Arbitrary<readonly string[]>;

/** Expressions of a call: one that is left out at the end is not there at all, before others it is undefined. */
const args = (...expressions: readonly a.Expression[]): Arguments =>
  fc.tuple(...expressions).map((given) => {
    const last = given.findLastIndex((expression) => expression !== "");
    return given.slice(0, last + 1).map((expression) => (expression === "" ? "undefined" : expression));
  });

const either = (...choices: readonly Arguments[]): Arguments => fc.oneof({ withCrossShrink: true }, ...choices);

const { boolean, data, encoding, flag, mode, oneOf, optional, options, owner, path, position, signal, time } = a;
const handleSlot = fc.integer({ min: 0, max: slots - 1 }).map((slot) => `handles[${slot}]`);

/** A path, or sometimes an open handle. */
const file = fc.oneof({ withCrossShrink: true }, { weight: 6, arbitrary: path }, { weight: 1, arbitrary: handleSlot });
const encodingOr = (properties: Readonly<Record<string, a.Expression>>): a.Expression => optional(a.mostly(fc.oneof({ withCrossShrink: true }, encoding, options({ encoding, ...properties }))));
const small = oneOf("0", "1", "2");

/** Calls that change nothing, so that several of them may be under way at once. */
const looking: Readonly<Record<string, Arguments>> = {
  readFile: args(path, encodingOr({ flag: oneOf('"r"', '"r+"', '"rs"', '"bad"'), signal })),
  stat: args(path, optional(options({ bigint: boolean }))),
  lstat: args(path, optional(options({ bigint: boolean }))),
  access: args(path, optional(a.mostly(oneOf("0", "1", "2", "4", "7", "8", "undefined", "null", "constants.W_OK")))),
  statfs: args(path, optional(options({ bigint: boolean }))),
  readdir: args(path, encodingOr({ withFileTypes: boolean, recursive: boolean })),
  readlink: args(path, encodingOr({})),
  realpath: args(path, encodingOr({})),
  opendir: args(path, optional(options({ encoding, recursive: boolean, bufferSize: oneOf("32", "1", "2", "1000") }))),
};

/** Of a handle, with explicit positions. */
const lookingHandle: Readonly<Record<string, Arguments>> = {
  read: args(a.room, fc.constant("0"), a.count, oneOf("0", "1", "5", "4096")),
  readv: args(fc.array(a.room, { minLength: 1, maxLength: 3 }).map((views) => `[${views.join(", ")}]`), oneOf("0", "2", "4096")),
  stat: args(optional(options({ bigint: boolean }))),
};

const changing: Readonly<Record<string, readonly [weight: number, Arguments]>> = {
  writeFile: [8, args(file, data, encodingOr({ mode, flag, flush: boolean, signal }))],
  appendFile: [4, args(file, data, encodingOr({ mode, flag, flush: boolean, signal }))],
  readFile: [4, args(file, encodingOr({ flag, signal }))],
  mkdir: [6, args(path, optional(a.mostly(fc.oneof(mode, options({ recursive: boolean, mode })))))],
  mkdtemp: [1, args(path, encodingOr({}))],
  rmdir: [3, args(path, optional(options({ maxRetries: small, retryDelay: small })))],
  rm: [4, args(path, optional(options({ recursive: boolean, force: boolean, maxRetries: small, retryDelay: small })))],
  rename: [5, args(path, path)],
  link: [4, args(path, path)],
  symlink: [5, args(a.target, path, optional(oneOf('"file"', '"dir"', '"junction"', "null", '"bad"')))],
  unlink: [4, args(path)],
  truncate: [3, args(path, optional(a.size))],
  chmod: [3, args(path, mode)],
  chown: [1, args(path, owner, owner)],
  lchown: [1, args(path, owner, owner)],
  utimes: [3, args(path, time, time)],
  lutimes: [2, args(path, time, time)],
  copyFile: [4, args(path, path, optional(a.mostly(oneOf("0", "1", "2", "4", "3", "8", "constants.COPYFILE_EXCL"))))],
  cp: [
    4,
    args(
      path,
      path,
      optional(
        options({
          recursive: oneOf("true", "false"), force: boolean, errorOnExist: boolean, dereference: boolean, preserveTimestamps: boolean, verbatimSymlinks: boolean, mode: oneOf("0", "1", "2"),
          filter: oneOf("(source) => !String(source).endsWith(\"b\")", "async () => true", "() => { throw new Error(\"from the filter\"); }"),
        }),
      ),
    ),
  ],
};

const views = (view: a.Expression): a.Expression => a.mostly(fc.array(view, { maxLength: 4 }).map((items) => `[${items.join(", ")}]`));
const spanOptions = options({ offset: a.offset, length: a.count, position });

const onHandle: Readonly<Record<string, readonly [weight: number, Arguments]>> = {
  read: [8, either(args(a.room, optional(a.offset), optional(a.count), optional(position)), args(a.room, spanOptions), args(options({ buffer: a.room, offset: a.offset, length: a.count, position })), args())],
  readv: [3, args(views(a.room), optional(position))],
  write: [
    8,
    either(
      args(a.piece, optional(a.offset), optional(a.count), optional(position)),
      args(a.piece, spanOptions),
      args(a.piece, optional(position), optional(a.mostly(encoding))),
    ),
  ],
  writev: [3, args(views(a.view), optional(position))],
  truncate: [3, args(optional(a.size))],
  stat: [3, args(optional(options({ bigint: boolean })))],
  sync: [1, args()],
  datasync: [1, args()],
  chmod: [1, args(mode)],
  chown: [1, args(owner, owner)],
  utimes: [2, args(time, time)],
  readFile: [4, args(encodingOr({ signal }))],
  writeFile: [3, args(data, encodingOr({ signal }))],
  appendFile: [2, args(data, encodingOr({ signal }))],
  close: [3, args()],
};

const call = (on: fc.Arbitrary<string>, name: string, given: Arguments): fc.Arbitrary<Call> => fc.record({ on, name: fc.constant(name), args: given });
const onFs = fc.constant("fs");
const lookingCalls = Object.entries(looking).map(([name, given]) => call(onFs, name, given));
const lookingHandleCalls = Object.entries(lookingHandle).map(([name, given]) => call(handleSlot, name, given));

const opening: fc.Arbitrary<Call> = fc.record({ on: onFs, name: fc.constant("open"), args: args(path, optional(flag), optional(mode)), to: handleSlot });

/** Likely to succeed, so that there are handles to work with. */
const openingWell: fc.Arbitrary<Call> = fc.record({ on: onFs, name: fc.constant("open"), args: args(a.relative.map((given) => JSON.stringify(given)), oneOf('"w+"', '"a+"', '"r+"', '"r"', '"w"')), to: handleSlot });

const single = fc.oneof(
  ...lookingCalls.map((arbitrary) => ({ weight: 2, arbitrary })),
  ...Object.entries(changing).map(([name, [weight, given]]) => ({ weight, arbitrary: call(onFs, name, given) })),
  ...Object.entries(onHandle).map(([name, [weight, given]]) => ({ weight, arbitrary: call(handleSlot, name, given) })),
  { weight: 4, arbitrary: opening },
  { weight: 10, arbitrary: openingWell },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { withCrossShrink: true },
  { weight: 20, arbitrary: single.map((one) => [one]) },
  { weight: 1, arbitrary: fc.array(fc.oneof(...lookingCalls, ...lookingHandleCalls), { minLength: 2, maxLength: 5 }) },
);

const planted: fc.Arbitrary<Planted> = fc.oneof(
  fc.record({ kind: fc.constant("directory" as const), path: a.relative, of: fc.constant(0) }),
  fc.record({ kind: fc.constant("file" as const), path: a.relative, of: fc.constantFrom(0, 1, 10, 5000, 70_000) }),
  fc.record({ kind: fc.constant("symlink" as const), path: a.relative, of: a.relative }),
  fc.record({ kind: fc.constant("link" as const), path: a.relative, of: a.relative }),
);

export const mostSteps = 40;

export const programs: fc.Arbitrary<Program> = fc.record({
  planted: fc.array(planted, { maxLength: 10, size: "max" }),
  // With a minimum, fast-check could not leave the last step out when it shrinks.
  steps: fc.array(step, { maxLength: mostSteps, size: "max" }),
});
