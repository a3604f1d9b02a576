/** Figures as people read them. */

/** Three digits that count. */
const digits = (value: number): string => (value >= 1000 ? value.toFixed(0) : value.toPrecision(3));

export function duration(microseconds: number): string {
  if (!Number.isFinite(microseconds)) return "";
  if (microseconds >= 1e6) return `${digits(microseconds / 1e6)} s`;
  if (microseconds >= 1e3) return `${digits(microseconds / 1e3)} ms`;
  return `${digits(microseconds)} µs`;
}

export function byteCount(bytes: number): string {
  if (!Number.isFinite(bytes)) return "";
  if (Math.abs(bytes) >= 2 ** 20) return `${digits(bytes / 2 ** 20)} MiB`;
  if (Math.abs(bytes) >= 2 ** 10) return `${digits(bytes / 2 ** 10)} KiB`;
  return `${digits(bytes)} B`;
}

/** Per second: bytes where a row has them, else operations. */
export function rate(microseconds: number, bytes: number | undefined): string {
  if (!Number.isFinite(microseconds) || microseconds <= 0) return "";
  const perSecond = 1e6 / microseconds;
  return bytes === undefined || bytes === 0 ? `${digits(perSecond / 1000)} k/s` : `${byteCount(perSecond * bytes)}/s`;
}

export const ratio = (value: number): string => (Number.isFinite(value) ? `${digits(value)}x` : "");
