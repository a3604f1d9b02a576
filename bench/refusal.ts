/** Something cannot be run here, for a reason that is told: no failure. */

export class Refusal extends Error {
  override readonly name = "Refusal";
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
