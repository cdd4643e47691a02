/** The separable triangle filter that structured edges smooth with. */

import type { FloatPlane } from "./edge-map.ts";

/** Weights of the filter, 2·radius + 1 of them, adding up to 1: 1 2 … r+1 … 2 1, or ¼ ½ ¼ for radius 1. */
export function triangleWeights(radius: number): Float32Array {
  const weights = Float32Array.from({ length: 2 * radius + 1 }, (_, i) => radius + 1 - Math.abs(i - radius));
  return weights.map((weight) => weight / (radius + 1) ** 2);
}

/** Mirrors an index into [0, size) without repeating the outermost one: -1 becomes 1. */
export function mirror(index: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const wrapped = ((index % period) + period) % period;
  return wrapped < size ? wrapped : period - wrapped;
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
  const rows = new Float32Array(data.length);
  const radiusX = kernelX.length >> 1;
  const padded = new Float32Array(width + 2 * radiusX);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    padded.set(data.subarray(row, row + width), radiusX);
    for (let i = 1; i <= radiusX; i++) {
      padded[radiusX - i] = data[row + mirror(-i, width)]!;
      padded[radiusX + width - 1 + i] = data[row + mirror(width - 1 + i, width)]!;
    }
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < kernelX.length; k++) sum += kernelX[k]! * padded[x + k]!;
      rows[row + x] = sum;
    }
  }
  const out = new Float32Array(data.length);
  const radiusY = kernelY.length >> 1;
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let k = 0; k < kernelY.length; k++) {
      const from = mirror(y + k - radiusY, height) * width;
      const weight = kernelY[k]!;
      for (let x = 0; x < width; x++) sums[x] = sums[x]! + weight * rows[from + x]!;
    }
    out.set(sums, y * width);
  }
  return { data: out, width, height };
}
