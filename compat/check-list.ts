/** The check-list of Node's observed behaviours, by number: every point has a scenario, on every version of Node. */

import type { Scenario } from "./scenario";

const points = 82;

export function uncovered(scenarios: readonly Scenario[]): number[] {
  const covered = new Set(scenarios.flatMap((scenario) => scenario.covers));
  return Array.from({ length: points }, (_, index) => index + 1).filter((point) => !covered.has(point));
}
