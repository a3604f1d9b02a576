/** What every function does whose options are a string (the encoding) or an object. */

import { attempt, attemptEach } from "./attempt";
import type { Add, Fs } from "./scenario";
import { badEncodings, notOptions } from "./values";

export interface OptionsTaker {
  /** Sets the scene. */
  readonly prepare: (folder: string) => void;
  /** Called with the options as last argument. */
  readonly call: (fs: Fs, folder: string, options: unknown) => Promise<unknown>;
}

export function addOptionsScenarios(add: Add, { prepare, call }: OptionsTaker): void {
  add("refuses what is no options", [20], async (fs, folder) => {
    prepare(folder);
    return attemptEach(notOptions, (options) => call(fs, folder, options));
  });

  add("refuses unknown encodings", [20], async (fs, folder) => {
    prepare(folder);
    return attemptEach(badEncodings, (options) => call(fs, folder, options));
  });

  add("takes null, undefined, a function and an array as no options", [20], async (fs, folder) => {
    prepare(folder);
    const values = [
      ["null", null],
      ["undefined", undefined],
      ["function", (): void => undefined],
      ["array", []],
    ] as const;
    return attemptEach(values, (options) => call(fs, folder, options));
  });

  add("takes an empty encoding", [20], async (fs, folder) => {
    prepare(folder);
    return { text: await attempt(() => call(fs, folder, "")), property: await attempt(() => call(fs, folder, { encoding: "" })) };
  });

  add("takes null and undefined as encoding", [20], async (fs, folder) => {
    prepare(folder);
    return {
      null: await attempt(() => call(fs, folder, { encoding: null })),
      undefined: await attempt(() => call(fs, folder, { encoding: undefined })),
    };
  });

  add("takes inherited and null-prototype options", [20], async (fs, folder) => {
    prepare(folder);
    const inherited: unknown = Object.create({ encoding: "hex" });
    const bare: unknown = Object.assign(Object.create(null) as object, { encoding: "hex" });
    return { inherited: await attempt(() => call(fs, folder, inherited)), bare: await attempt(() => call(fs, folder, bare)) };
  });

  add("leaves frozen options alone", [21], async (fs, folder) => {
    prepare(folder);
    return attempt(() => call(fs, folder, Object.freeze({ encoding: "latin1" })));
  });

  add("reads its options at the call", [21], async (fs, folder) => {
    prepare(folder);
    const options = { encoding: "hex" };
    const called = attempt(() => call(fs, folder, options));
    options.encoding = "bad";
    return called;
  });

  add("passes on what a getter of the options throws", [11], async (fs, folder) => {
    prepare(folder);
    const options = {
      get encoding(): string {
        throw new Error("from the getter");
      },
    };
    return attempt(() => call(fs, folder, options));
  });
}
