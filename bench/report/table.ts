/** Rows of text in aligned columns, and lines that go across all of them. */

export interface Column {
  readonly title: string;
  readonly alignRight?: boolean;
}

export type Line = readonly string[] | { readonly heading: string };

const isHeading = (line: Line): line is { readonly heading: string } => "heading" in line;

/** The last cell of a line that has fewer than there are columns may be of any length. */
export function formatTable(columns: readonly Column[], lines: readonly Line[]): string {
  const whole = lines.filter((line): line is readonly string[] => !isHeading(line));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...whole.map((cells) => (index === cells.length - 1 && index < columns.length - 1 ? 0 : (cells[index]?.length ?? 0)))),
  );
  const cellsLine = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        const last = index === cells.length - 1 && index < columns.length - 1;
        return columns[index]?.alignRight === true && !last ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [
    cellsLine(columns.map(({ title }) => title)),
    cellsLine(widths.map((width) => "-".repeat(width))),
    ...lines.map((line) => (isHeading(line) ? `\n${line.heading}` : `${cellsLine(line)}`)),
  ].join("\n");
}
