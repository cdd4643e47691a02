/**
 * Brings a teacher's map onto the student's grid, along one axis: both are made from the same view, but count their pixels
 * differently.
 */

/** How a map lies on the view that it was computed from. */
export interface Grid {
  /** Elements of the map along the axis. */
  readonly size: number;
  /**
   * `undefined`: element j is the centre of the j-th of `size` equal stretches. A number: first and last element lie on the
   * centres of the first and last pixel of an input of so many px, as where odd sizes 16k + 1 are halved four times.
   */
  readonly alignedTo?: number;
}

/**
 * The matrix of linear interpolation from a map to `to` equal stretches of the view. Where the map is finer, the triangle is
 * as wide as a stretch, so that nothing is skipped; at the border its first and last element go on.
 *
 * @returns Weights, float32, `[to, from.size]`; every row sums to 1.
 */
export function gridMatrix({ size, alignedTo }: Grid, to: number): Float32Array {
  // Position on the view, 0 to 1, to element number.
  const scale = alignedTo === undefined || alignedTo === 1 ? size : (alignedTo * (size - 1)) / (alignedTo - 1);
  const shift = alignedTo === undefined || alignedTo === 1 ? 0.5 : (0.5 * (size - 1)) / (alignedTo - 1);
  const radius = Math.max(1, scale / to);
  const matrix = new Float32Array(to * size);
  const weights = new Float64Array(size);
  for (let row = 0; row < to; row++) {
    const centre = ((row + 0.5) / to) * scale - shift;
    let total = 0;
    weights.fill(0);
    for (let tap = Math.ceil(centre - radius); tap <= Math.floor(centre + radius); tap++) {
      const weight = 1 - Math.abs(tap - centre) / radius;
      weights[Math.min(Math.max(tap, 0), size - 1)]! += weight;
      total += weight;
    }
    for (let tap = 0; tap < size; tap++) matrix[row * size + tap] = weights[tap]! / total;
  }
  return matrix;
}
