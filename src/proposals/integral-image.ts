/** Integral images in float32, with the rounding of the published software. */

/**
 * Sums a plane so that the sum over any box takes four reads.
 *
 * Row 0 and column 0 count as zero, as in the published software.
 *
 * @param data - Float32 `[height, width]`.
 * @returns Float32 `[width + 1, height + 1]`, column by column: entry `(x + 1) * (height + 1) + y + 1` is the sum over
 *   columns 0 to x and rows 0 to y.
 */
export function integralImage(data: Float32Array, width: number, height: number): Float32Array {
  const stride = height + 1;
  const sums = new Float32Array(stride * (width + 1));
  for (let x = 1; x < width; x++) {
    for (let y = 1; y < height; y++) {
      const at = (x + 1) * stride + y + 1;
      const left = Math.fround(data[y * width + x]! + sums[at - stride]!);
      sums[at] = Math.fround(left + sums[at - 1]!) - sums[at - stride - 1]!;
    }
  }
  return sums;
}
