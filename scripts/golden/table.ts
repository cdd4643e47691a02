/** The golden runner's output: a row a case. */
import type { GoldenRow } from "./row.ts";

export const COLUMNS: readonly string[] = [
  "case".padEnd(34),
  "result".padEnd(8),
  "tensors".padStart(7),
  "abs error".padStart(9),
  "rel error".padStart(9),
  "tolerance".padStart(9),
  "tensor nearest to its tolerance, or beyond",
];

/** Errors and tolerance of a case are those of one tensor: the one that takes up most of its tolerance. */
export function formatCase(name: string, rows: readonly GoldenRow[]): string {
  const worst = worstOf(rows);
  const failed = rows.filter(({ ok }) => !ok).length;
  const cells = [
    name.padEnd(34),
    (failed > 0 ? "FAILED" : "ok").padEnd(8),
    `${rows.length}`.padStart(7),
    formatError(worst.maxAbs).padStart(9),
    formatError(worst.maxRel).padStart(9),
    (worst.atol === 0 ? "exact" : formatError(worst.atol)).padStart(9),
    failed > 0 ? `${worst.tensor}; ${failed} of ${rows.length} beyond` : worst.tensor,
  ];
  return cells.join("  ");
}

export function formatWithoutRows(name: string, result: string, reason: string): string {
  return [name.padEnd(34), result.padEnd(8), " ".repeat(7 + 3 * 9 + 3 * 2), reason].join("  ");
}

function worstOf(rows: readonly GoldenRow[]): GoldenRow {
  const [first] = rows.toSorted((a, b) => share(b) - share(a));
  if (first === undefined) throw new Error("expected tensors to compare, got none");
  return first;
}

/** What part of its tolerance a tensor takes up. */
function share({ maxAbs, atol, ok }: GoldenRow): number {
  if (Number.isNaN(maxAbs)) return Infinity;
  return ok ? (atol === 0 ? 0 : maxAbs / atol) : maxAbs / Math.max(atol, Number.MIN_VALUE);
}

function formatError(value: number): string {
  return value === 0 ? "0" : Number.isFinite(value) ? value.toExponential(1) : "-";
}
