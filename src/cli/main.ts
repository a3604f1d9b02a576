#!/usr/bin/env node
/** `npx caio COMMAND`: a command is a file beside this one, and a line in the table. */

interface Command {
  /** What it is for, in the list of commands. */
  readonly summary: string;
  /** Loaded when it is asked for only. Resolves with the exit status. */
  load(): { run(args: string[]): Promise<number> };
}

const commands: Readonly<Record<string, Command>> = {
  doctor: { summary: "tells which backend serves here, why not another, and how operations are routed", load: () => require("./doctor") as typeof import("./doctor") },
  bench: { summary: "compares caio/fs with node:fs/promises on your own disk", load: () => require("./bench") as typeof import("./bench") },
};

const usage = `Usage: caio COMMAND [OPTIONS]

${Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`).join("\n")}

caio COMMAND --help says more.`;

async function main([name = "", ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command.load().run(args);
  if (name === "--help" || name === "-h") {
    console.log(usage);
    return 0;
  }
  console.error(name === "" ? usage : `caio: no such command: ${name}\n\n${usage}`);
  return 2;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(`caio: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  },
);
