/** Rows of text in aligned columns: the first column to the left, the others as `alignRight` says. */

export interface Column {
  readonly title: string;
  readonly alignRight?: boolean;
}

export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ alignRight }, index) => {
        const cell = cells[index] ?? "";
        const width = widths[index] ?? 0;
        return alignRight === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [line(columns.map(({ title }) => title)), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join(
    "\n",
  );
}
