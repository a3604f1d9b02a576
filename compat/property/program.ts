/** A random program as data: what lies there at first, then calls. Arguments are JavaScript expressions, so that a program prints as code. */

/** What is set up with node:fs itself; an entry that cannot be made (its name is taken) is left out, in every twin alike. */
export interface Planted {
  readonly kind: "file" | "directory" | "symlink" | "link";
  readonly path: string;
  /** Of a file: its size. Of a link: what it points to. */
  readonly of: number | string;
}

export interface Call {
  /** "fs", or a slot such as "handles[0]". */
  readonly on: string;
  readonly name: string;
  /** Expressions over what expressions.ts puts in scope. */
  readonly args: readonly string[];
  /** The slot that keeps the FileHandle. */
  readonly to?: string;
}

/** Calls that are started one after the other and awaited together; more than one only where their order cannot matter. */
export type Step = readonly Call[];

export interface Program {
  readonly planted: readonly Planted[];
  readonly steps: readonly Step[];
}

export const callsIn = (program: Program): number => program.steps.reduce((sum, step) => sum + step.length, 0);

const invocation = ({ on, name, args }: Call): string => `${on}.${name}(${args.join(", ")})`;

function codeOfStep(step: Step): string {
  const [first] = step;
  if (step.length === 1 && first !== undefined) return `${first.to === undefined ? "" : `${first.to} = `}await ${invocation(first)};`;
  return ["await Promise.allSettled([", ...step.map((call) => `  ${invocation(call)},`), "]);"].join("\n");
}

function codeOfPlanted({ kind, path, of }: Planted): string {
  const name = JSON.stringify(path);
  switch (kind) {
    case "file":
      return `writeFileSync(${name}, bytes(${of}));`;
    case "directory":
      return `mkdirSync(${name});`;
    case "symlink":
      return `symlinkSync(${JSON.stringify(of)}, ${name});`;
    case "link":
      return `linkSync(${JSON.stringify(of)}, ${name});`;
  }
}

export const codeOf = (program: Program): string => [...program.planted.map(codeOfPlanted), ...program.steps.map(codeOfStep)].join("\n");
