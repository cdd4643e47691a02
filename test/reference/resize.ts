/** Slow twin of resizing: each output value from the definition, over all pixels of the plane. */

/**
 * Samples one plane `[height, width]` at the point (x, y) of continuous coordinates in which pixel (i, j) covers
 * `[j, j + 1) x [i, i + 1)`, with a triangle kernel of the given half-widths, renormalised over the plane.
 */
export function slowSample(
  plane: ArrayLike<number>,
  height: number,
  width: number,
  x: number,
  y: number,
  supportX: number,
  supportY: number,
): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const weight =
        Math.max(0, 1 - Math.abs(j + 0.5 - x) / supportX) * Math.max(0, 1 - Math.abs(i + 0.5 - y) / supportY);
      sum += weight * (plane[i * width + j] ?? Number.NaN);
      total += weight;
    }
  }
  return sum / total;
}

/** Resizes one plane `[height, width]` to `[outHeight, outWidth]`. */
export function slowResize(
  plane: ArrayLike<number>,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
  antialias: boolean,
): number[] {
  const [scaleX, scaleY] = [width / outWidth, height / outHeight];
  const support = (scale: number): number => (antialias ? Math.max(1, scale) : 1);
  return Array.from({ length: outHeight * outWidth }, (_, at) => {
    const u = at % outWidth;
    const v = Math.floor(at / outWidth);
    return slowSample(plane, height, width, (u + 0.5) * scaleX, (v + 0.5) * scaleY, support(scaleX), support(scaleY));
  });
}
