/** Separable linear resampling of rows and columns: the two kernels below all resizing and cropping. */
import type { LinearTaps } from "./linear-taps.ts";

/** The rows `[low, high)` that the taps read. */
export function rowsRead(taps: LinearTaps): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (let u = 0; u < taps.first.length; u++) {
    if (taps.count[u] === 0) continue;
    low = Math.min(low, taps.first[u]!);
    high = Math.max(high, taps.first[u]! + taps.count[u]!);
  }
  return high === 0 ? [0, 0] : [low, high];
}

/**
 * Resamples every row of `[rows, width, channels]` to `[rows, outputs, channels]`.
 *
 * @param source - Read from `offset` on, `rows * width * channels` values.
 */
export function resampleColumns(
  source: Uint8Array | Float32Array,
  offset: number,
  rows: number,
  width: number,
  channels: number,
  taps: LinearTaps,
): Float32Array {
  const outputs = taps.first.length;
  const target = new Float32Array(rows * outputs * channels);
  const { first, count, weights, most } = taps;
  for (let y = 0; y < rows; y++) {
    const sourceRow = offset + y * width * channels;
    for (let u = 0; u < outputs; u++) {
      const at = sourceRow + first[u]! * channels;
      const n = count[u]!;
      const out = (y * outputs + u) * channels;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += weights[u * most + k]! * source[at + k * channels + c]!;
        target[out + c] = sum;
      }
    }
  }
  return target;
}

/**
 * Resamples one output row from rows of `length` values; rows outside give zeros.
 *
 * @param firstRow - The row number of the source's first row.
 * @param target - `length` values, overwritten.
 */
export function resampleRow(
  source: Float32Array,
  firstRow: number,
  length: number,
  taps: LinearTaps,
  output: number,
  target: Float32Array,
): void {
  target.fill(0);
  const n = taps.count[output]!;
  const row = (taps.first[output]! - firstRow) * length;
  for (let k = 0; k < n; k++) {
    const weight = taps.weights[output * taps.most + k]!;
    const at = row + k * length;
    for (let x = 0; x < length; x++) target[x]! += weight * source[at + x]!;
  }
}
