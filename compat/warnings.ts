/** Process warnings while a scenario runs. */

let collected: string[] = [];

/** Comes when the garbage collector likes; the scenario about it listens for itself. */
const comesAnyTime = (warning: Error & { code?: string }): boolean =>
  warning.code === "DEP0137" || warning.message.startsWith("Closing file descriptor");

export function listenForWarnings(): void {
  process.on("warning", (warning: Error & { code?: string }) => {
    if (!comesAnyTime(warning)) collected.push(`${warning.name} ${warning.code ?? ""}: ${warning.message}`);
  });
}

export function takeWarnings(): string[] {
  const taken = collected;
  collected = [];
  return taken;
}
