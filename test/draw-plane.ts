/** Planes drawn as text, so that a test shows its picture. */

import type { FloatPlane } from "../src/proposals/index.ts";

/**
 * Reads rows of characters: `.` or a space is 0, `#` is 1, a digit is that many tenths.
 *
 * @param rows - Lines of equal length; blank lines at the ends and indentation are left out.
 */
export function drawPlane(rows: string): FloatPlane {
  const lines = rows
    .trim()
    .split("\n")
    .map((line) => line.trim());
  const width = lines[0]!.length;
  const values = lines.flatMap((line) => {
    if (line.length !== width) throw new Error(`drawPlane: expected lines of ${width} characters, got "${line}".`);
    return Array.from(line, (c) => (c === "#" ? 1 : c === "." ? 0 : Number(c) / 10));
  });
  return { data: Float32Array.from(values), width, height: lines.length };
}

/** A plane of one value. */
export function constantPlane(width: number, height: number, value: number): FloatPlane {
  return { data: new Float32Array(width * height).fill(value), width, height };
}
