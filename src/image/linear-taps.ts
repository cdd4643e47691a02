/**
 * Which input pixels make an output pixel along one axis, and with what weight: linear interpolation with half-pixel
 * centres.
 *
 * Output pixel u lies at `start + (u + 0.5) * extent / count` of the input, whose pixel j lies at j + 0.5. The weights are a
 * triangle of half-width 1, widened by the scale when it shrinks and antialiasing is on; they are cut at the border and
 * divided by their sum, which without antialiasing replicates the border. With antialiasing this is PyTorch's
 * `interpolate(mode="bilinear", antialias=True)` and MATLAB's `imresize` but for MATLAB's mirrored border; without it is
 * OpenCV's `INTER_LINEAR`.
 */

export interface LinearTaps {
  /** First input pixel of each output pixel. */
  readonly first: Int32Array;
  /** Number of input pixels of each output pixel; 0 where its centre lies outside the input. */
  readonly count: Int32Array;
  /** Weights, `[outputs, most]`. */
  readonly weights: Float64Array;
  /** Row length of the weights. */
  readonly most: number;
}

/**
 * @param size - Number of input pixels.
 * @param start - Where the sampled stretch begins, px of the input; may be negative.
 * @param extent - Length of the stretch, px of the input.
 * @param outputs - Number of output pixels.
 */
export function linearTaps(
  size: number,
  start: number,
  extent: number,
  outputs: number,
  antialias: boolean,
): LinearTaps {
  const scale = extent / outputs;
  const support = antialias ? Math.max(scale, 1) : 1;
  const most = 2 * Math.ceil(support) + 1;
  const first = new Int32Array(outputs);
  const count = new Int32Array(outputs);
  const weights = new Float64Array(outputs * most);
  for (let u = 0; u < outputs; u++) {
    const centre = start + scale * (u + 0.5);
    if (centre < 0 || centre >= size) continue;
    const low = Math.max(0, Math.floor(centre - support + 0.5));
    const high = Math.min(size, Math.floor(centre + support + 0.5));
    const row = u * most;
    let sum = 0;
    for (let j = low; j < high; j++) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / support);
      weights[row + j - low] = weight;
      sum += weight;
    }
    for (let j = low; j < high; j++) weights[row + j - low]! /= sum;
    first[u] = low;
    count[u] = high - low;
  }
  return { first, count, weights, most };
}
