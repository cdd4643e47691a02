/** The features that the two kernels of the dense CRF compare: position, and position with colour. */

import { type AppearanceKernel, perAxis, type SmoothnessKernel } from "./energy.ts";
import type { RgbImage } from "./input.ts";

/** Where a picture lies in a larger one, px; positions count from the larger one's corner. */
export interface Origin {
  readonly x: number;
  readonly y: number;
}

const CORNER: Origin = { x: 0, y: 0 };

/**
 * Positions in units of the kernel's standard deviation.
 *
 * @returns Float32, shape `[height * width, 2]`: x / std, y / std.
 */
export function smoothnessFeatures(
  height: number,
  width: number,
  kernel: SmoothnessKernel,
  origin: Origin = CORNER,
): Float32Array<ArrayBuffer> {
  return fillPositions(new Float32Array(height * width * 2), { height, width }, kernel, origin);
}

/**
 * Positions and colours in units of the kernel's standard deviations.
 *
 * @returns Float32, shape `[height * width, 5]`: x, y, red, green, blue, each divided by its standard deviation.
 */
export function appearanceFeatures(
  image: RgbImage,
  kernel: AppearanceKernel,
  origin: Origin = CORNER,
): Float32Array<ArrayBuffer> {
  return fillPositionsAndColours(new Float32Array(image.height * image.width * 5), image, kernel, origin);
}

/** As {@link smoothnessFeatures}, in the precision of the array to fill. */
export function fillPositions<A extends Float32Array | Float64Array>(
  features: A,
  { height, width }: Pick<RgbImage, "height" | "width">,
  kernel: SmoothnessKernel,
  origin: Origin = CORNER,
): A {
  const [stdX = 1, stdY = 1] = divisors(features, perAxis("smoothnessFeatures", "spatialStd", kernel.spatialStd, 2));
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      features[at++] = (origin.x + x) / stdX;
      features[at++] = (origin.y + y) / stdY;
    }
  }
  return features;
}

/** As {@link appearanceFeatures}, in the precision of the array to fill. */
export function fillPositionsAndColours<A extends Float32Array | Float64Array>(
  features: A,
  { height, width, data }: RgbImage,
  kernel: AppearanceKernel,
  origin: Origin = CORNER,
): A {
  const [stdX = 1, stdY = 1] = divisors(features, perAxis("appearanceFeatures", "spatialStd", kernel.spatialStd, 2));
  const [red = 1, green = 1, blue = 1] = divisors(
    features,
    perAxis("appearanceFeatures", "colorStd", kernel.colorStd, 3),
  );
  let at = 0;
  let colour = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      features[at++] = (origin.x + x) / stdX;
      features[at++] = (origin.y + y) / stdY;
      features[at++] = data[colour++]! / red;
      features[at++] = data[colour++]! / green;
      features[at++] = data[colour++]! / blue;
    }
  }
  return features;
}

/** Divisors in the array's precision, so that each float32 quotient is the correctly rounded one. */
function divisors(features: Float32Array | Float64Array, stds: readonly number[]): readonly number[] {
  return features instanceof Float32Array ? stds.map(Math.fround) : stds;
}
