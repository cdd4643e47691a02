/** The separable triangle filter that structured edges smooth with. */

import { filterSeparable as filterPlane } from "../kernels/index.ts";
import type { FloatPlane } from "./edge-map.ts";

/** Weights of the filter, 2·radius + 1 of them, adding up to 1: 1 2 … r+1 … 2 1, or ¼ ½ ¼ for radius 1. */
export function triangleWeights(radius: number): Float32Array {
  const weights = Float32Array.from({ length: 2 * radius + 1 }, (_, i) => radius + 1 - Math.abs(i - radius));
  return weights.map((weight) => weight / (radius + 1) ** 2);
}

/**
 * Smooths a plane with a triangle of the given radius in x and y, borders mirrored.
 *
 * @param plane - Float32 `[height, width]`.
 * @param radius - px, whole; 0 copies.
 */
export function smoothTriangle(plane: FloatPlane, radius: number): FloatPlane {
  return filterSeparable(plane, triangleWeights(radius), triangleWeights(radius));
}

/**
 * Correlates the rows of a plane with one odd-sized kernel and the columns with another, borders mirrored.
 *
 * @returns Float32 `[height, width]`.
 */
export function filterSeparable(plane: FloatPlane, kernelX: Float32Array, kernelY: Float32Array): FloatPlane {
  const { data, width, height } = plane;
  return { data: filterPlane(data, width, height, kernelX, kernelY), width, height };
}
