/** Between the public layout, one plane per class, and the working layout, the classes of a pixel side by side. */

/** Pixels turned at a time, so that the rows being written stay in the cache. */
const TILE = 256;

/** Writes `factor * planes` (`[classes, pixels]`) to `rows` (`[pixels, stride]`); lanes past the classes become 0. */
export function interleave(
  planes: Float32Array,
  classes: number,
  factor: number,
  rows: Float32Array,
  stride: number,
): void {
  const pixels = planes.length / classes;
  rows.fill(0, 0, pixels * stride);
  for (let begin = 0; begin < pixels; begin += TILE) {
    const end = Math.min(begin + TILE, pixels);
    for (let c = 0; c < classes; c++) {
      for (let i = begin; i < end; i++) rows[i * stride + c] = factor * planes[c * pixels + i]!;
    }
  }
}

/** The way back: `[pixels, stride]` to `[classes, pixels]`. */
export function deinterleave(rows: Float32Array, stride: number, planes: Float32Array, classes: number): void {
  const pixels = planes.length / classes;
  for (let begin = 0; begin < pixels; begin += TILE) {
    const end = Math.min(begin + TILE, pixels);
    for (let c = 0; c < classes; c++) {
      for (let i = begin; i < end; i++) planes[c * pixels + i] = rows[i * stride + c]!;
    }
  }
}
