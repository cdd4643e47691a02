/** Text in columns. */

const SPACE = "  ";

/** Columns of text, two spaces apart and flush left; nothing hangs over at a line's end. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(SPACE)
      .trimEnd(),
  );
}

/** Tables of as many columns as fit into `width` characters, the first column in each. */
export function splitColumns(rows: readonly (readonly string[])[], width: number): string[][][] {
  const [first = 0, ...others] = columnWidths(rows);
  const starts: number[] = [];
  let used = 0;
  others.forEach((length, i) => {
    used += SPACE.length + length;
    if (starts.length > 0 && used <= width) return;
    starts.push(i + 1);
    used = first + SPACE.length + length;
  });
  return starts.map((start, i) => rows.map((row) => [...row.slice(0, 1), ...row.slice(start, starts[i + 1])]));
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return widths;
}
