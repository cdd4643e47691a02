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
  return fillPositions(new Float32Array(height * width * 2), width, kernel, 0, origin);
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
  return fillPositionsAndColours(new Float32Array(image.height * image.width * 5), image, kernel, 0, origin);
}

/** As {@link smoothnessFeatures}, in the precision of the array to fill, which holds the pixels from number `first` on. */
export function fillPositions<A extends Float32Array | Float64Array>(
  rows: A,
  width: number,
  kernel: SmoothnessKernel,
  first: number,
  origin: Origin = CORNER,
): A {
  const [stdX = 1, stdY = 1] = divisors(rows, perAxis("smoothnessFeatures", "spatialStd", kernel.spatialStd, 2));
  let x = first % width;
  let y = (first - x) / width;
  for (let at = 0; at < rows.length; at += 2) {
    rows[at] = (origin.x + x) / stdX;
    rows[at + 1] = (origin.y + y) / stdY;
    x++;
    if (x === width) {
      x = 0;
      y++;
    }
  }
  return rows;
}

/** As {@link appearanceFeatures}, in the precision of the array to fill, which holds the pixels from number `first` on. */
export function fillPositionsAndColours<A extends Float32Array | Float64Array>(
  rows: A,
  { width, data }: RgbImage,
  kernel: AppearanceKernel,
  first: number,
  origin: Origin = CORNER,
): A {
  const [stdX = 1, stdY = 1] = divisors(rows, perAxis("appearanceFeatures", "spatialStd", kernel.spatialStd, 2));
  const [red = 1, green = 1, blue = 1] = divisors(rows, perAxis("appearanceFeatures", "colorStd", kernel.colorStd, 3));
  let x = first % width;
  let y = (first - x) / width;
  let colour = 3 * first;
  for (let at = 0; at < rows.length; at += 5) {
    rows[at] = (origin.x + x) / stdX;
    rows[at + 1] = (origin.y + y) / stdY;
    rows[at + 2] = data[colour++]! / red;
    rows[at + 3] = data[colour++]! / green;
    rows[at + 4] = data[colour++]! / blue;
    x++;
    if (x === width) {
      x = 0;
      y++;
    }
  }
  return rows;
}

/** Divisors in the array's precision, so that each float32 quotient is the correctly rounded one. */
function divisors(features: Float32Array | Float64Array, stds: readonly number[]): readonly number[] {
  return features instanceof Float32Array ? stds.map(Math.fround) : stds;
}
