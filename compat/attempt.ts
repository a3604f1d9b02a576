/** How a call ended, told apart: thrown at the call, rejected later, returned at once, or resolved. */
export type Outcome = { threw: unknown } | { rejected: unknown } | { returned: unknown } | { resolved: unknown };

export async function attempt(action: () => unknown): Promise<Outcome> {
  let returned: unknown;
  try {
    returned = action();
  } catch (error) {
    return { threw: error };
  }
  if (!(returned instanceof Promise)) return { returned };
  try {
    return { resolved: await returned };
  } catch (error) {
    return { rejected: error };
  }
}

/** One after the other, each under its label. */
export async function attempts(actions: Record<string, () => unknown>): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const [label, action] of Object.entries(actions)) outcomes[label] = await attempt(action);
  return outcomes;
}

/** The same call with each of the labelled values. */
export async function attemptEach(values: readonly (readonly [string, unknown])[], call: (value: unknown) => unknown): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const [label, value] of values) outcomes[label] = await attempt(() => call(value));
  return outcomes;
}

export const failed = (outcome: Outcome): boolean => "threw" in outcome || "rejected" in outcome;
