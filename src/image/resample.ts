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
 * Resamples the rows of an RGB picture from row `firstRow` on.
 *
 * @param source - Uint8, shape `[height, width, 3]`.
 * @returns Float32, shape `[rows, outputs, 3]`.
 */
export function resampleRgbColumns(
  source: Uint8Array,
  firstRow: number,
  rows: number,
  width: number,
  taps: LinearTaps,
): Float32Array {
  const { first, count, weights, most } = taps;
  const outputs = first.length;
  const target = new Float32Array(rows * outputs * 3);
  let out = 0;
  for (let y = 0; y < rows; y++) {
    const row = (firstRow + y) * width;
    for (let u = 0; u < outputs; u++) {
      let at = (row + first[u]!) * 3;
      let [red, green, blue] = [0, 0, 0];
      const end = u * most + count[u]!;
      for (let k = u * most; k < end; k++, at += 3) {
        const weight = weights[k]!;
        red += weight * source[at]!;
        green += weight * source[at + 1]!;
        blue += weight * source[at + 2]!;
      }
      target[out++] = red;
      target[out++] = green;
      target[out++] = blue;
    }
  }
  return target;
}

/**
 * Resamples the rows of a plane, or of planes stacked on each other.
 *
 * @param source - Float32, shape `[rows, width]`.
 * @returns Float32, shape `[rows, outputs]`.
 */
export function resampleColumns(source: Float32Array, rows: number, width: number, taps: LinearTaps): Float32Array {
  const { first, count, weights, most } = taps;
  const outputs = first.length;
  const target = new Float32Array(rows * outputs);
  for (let y = 0; y < rows; y++) {
    for (let u = 0; u < outputs; u++) {
      let at = y * width + first[u]!;
      let sum = 0;
      const end = u * most + count[u]!;
      for (let k = u * most; k < end; k++, at++) sum += weights[k]! * source[at]!;
      target[y * outputs + u] = sum;
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
