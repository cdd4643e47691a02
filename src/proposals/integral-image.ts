/** Integral images in float32, with the rounding of the published software. */

/**
 * Sums a plane so that the sum over any box takes four reads.
 *
 * Row 0 and column 0 count as zero, as in the published software.
 *
 * @param data - Float32 `[height, width]`.
 * @returns Float32 `[height + 1, width + 1]`; entry (y + 1, x + 1) is the sum over rows 0 to y and columns 0 to x.
 */
export function integralImage(data: Float32Array, width: number, height: number): Float32Array {
  const stride = width + 1;
  const sums = new Float32Array(stride * (height + 1));
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const at = (y + 1) * stride + x + 1;
      const left = Math.fround(data[y * width + x]! + sums[at - 1]!);
      sums[at] = Math.fround(left + sums[at - stride]!) - sums[at - stride - 1]!;
    }
  }
  return sums;
}
