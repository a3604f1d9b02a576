/** What a comparison comes to. */

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

/** Where the middle half of the numbers lies. */
function quartiles(numbers: readonly number[]): readonly [number, number] {
  const sorted = [...numbers].sort((one, other) => one - other);
  const at = (part: number): number => sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN;
  return [at(0.25), at(0.75)];
}

/**
 * @param node milliseconds of each lap on Node, @param caio and of the laps in between
 * @returns who wins, by how much; nobody where the middle halves of both overlap or the medians lie within a twentieth
 */
export function verdictOf(node: readonly number[], caio: readonly number[]): string {
  const ratio = median(node) / median(caio);
  const [nodeLow, nodeHigh] = quartiles(node);
  const [caioLow, caioHigh] = quartiles(caio);
  const overlap = nodeLow <= caioHigh && caioLow <= nodeHigh;
  if (!Number.isFinite(ratio) || overlap || Math.abs(ratio - 1) < 0.05) return "no difference beyond the noise";
  return ratio > 1 ? `caio is ${ratio.toFixed(1)}x as fast` : `Node is ${(1 / ratio).toFixed(1)}x as fast`;
}
