/** An edge detector without a model: the colour gradient of the smoothed photo. */

import { OptionError } from "../errors.ts";
import { checkPlane, type EdgeMap, type FloatPlane } from "./edge-map.ts";
import { checkRgbImage, type RgbImage } from "./rgb-image.ts";
import { filterSeparable } from "./triangle-filter.ts";

/** Settings of {@link detectGradientEdges}. */
export interface GradientEdgesOptions {
  /** Standard deviation of the Gaussian before the gradient, px, at least 0; 0 for none. */
  readonly sigma: number;
  /** Share of the pixels that are no stronger than the strength that becomes 1, (0, 1]. */
  readonly percentile: number;
  /** Least gradient that becomes 1, 0-255 a px: keeps the noise of a plain photo from becoming edges. */
  readonly floor: number;
}

export const GRADIENT_EDGES_DEFAULTS: GradientEdgesOptions = Object.freeze({ sigma: 1.5, percentile: 0.99, floor: 1 });

/** Half width of the Gaussian's kernel in standard deviations. */
const KERNEL_REACH = 3;

/**
 * Detects edges as the largest gradient magnitude among the three colours, scaled so that the strong ones reach 1.
 *
 * @param image - RGB, uint8, `[height, width, 3]`.
 * @param options - {@link GradientEdgesOptions}; defaults {@link GRADIENT_EDGES_DEFAULTS}.
 * @returns Edge map, not thinned, [0, 1]; all 0 for a constant photo.
 * @throws {ShapeError} for an image of the wrong length, {OptionError} for options out of range.
 */
export function detectGradientEdges(image: RgbImage, options: Partial<GradientEdgesOptions> = {}): EdgeMap {
  const { sigma, percentile, floor } = { ...GRADIENT_EDGES_DEFAULTS, ...options };
  checkOptions(sigma, percentile, floor);
  checkRgbImage("detectGradientEdges", image);
  const { width, height } = image;
  const kernel = gaussianKernel(sigma);
  const strength = new Float32Array(width * height);
  for (let channel = 0; channel < 3; channel++) {
    const plane = { data: new Float32Array(strength.length), width, height };
    for (let i = 0, at = channel; i < strength.length; i++, at += 3) plane.data[i] = image.data[at]!;
    const magnitude = gradientMagnitude(filterSeparable(plane, kernel, kernel)).data;
    for (let i = 0; i < strength.length; i++) strength[i] = Math.max(strength[i]!, magnitude[i]!);
  }
  const sorted = strength.slice().sort();
  const full = Math.max(sorted[Math.floor(percentile * (sorted.length - 1))]!, floor);
  for (let i = 0; i < strength.length; i++) strength[i] = Math.min(1, strength[i]! / full);
  return { data: strength, width, height };
}

/**
 * The length of the gradient by central differences, one-sided at the borders.
 *
 * @param plane - Float32 `[height, width]`.
 * @returns Float32 `[height, width]`, units of the plane a px.
 * @throws {ShapeError} unless there is one value a pixel.
 */
export function gradientMagnitude(plane: FloatPlane): FloatPlane {
  checkPlane("gradientMagnitude", "the plane", plane);
  const { data, width, height } = plane;
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const above = Math.max(0, y - 1);
    const below = Math.min(height - 1, y + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - 1);
      const right = Math.min(width - 1, x + 1);
      const dx = (data[y * width + right]! - data[y * width + left]!) / Math.max(1, right - left);
      const dy = (data[below * width + x]! - data[above * width + x]!) / Math.max(1, below - above);
      out[y * width + x] = Math.sqrt(dx * dx + dy * dy);
    }
  }
  return { data: out, width, height };
}

function gaussianKernel(sigma: number): Float32Array {
  const radius = Math.ceil(KERNEL_REACH * sigma);
  if (radius === 0) return Float32Array.of(1);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)));
  const sum = weights.reduce((a, b) => a + b);
  return Float32Array.from(weights, (weight) => weight / sum);
}

function checkOptions(sigma: number, percentile: number, floor: number): void {
  if (!(sigma >= 0 && sigma <= 100)) {
    throw new OptionError(`detectGradientEdges: expected sigma to be 0 to 100 px, got ${sigma}.`);
  }
  if (!(percentile > 0 && percentile <= 1)) {
    throw new OptionError(`detectGradientEdges: expected percentile to be over 0 and up to 1, got ${percentile}.`);
  }
  if (!(Number.isFinite(floor) && floor > 0)) {
    throw new OptionError(`detectGradientEdges: expected floor to be a number over 0, got ${floor}.`);
  }
}
