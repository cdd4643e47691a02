/**
 * The matrix of a resize along one axis, after ONNX `Resize` (opset 18).
 *
 * `linear` has two taps; with `antialias` the triangle is widened when the axis shrinks. Taps outside repeat the border, or
 * with `exclude_outside` are cut and the rest made to sum to 1 again (as PyTorch and Pillow do; MATLAB mirrors the border).
 */
import { OptionError } from "../errors.ts";
import type { AttributeReader } from "./attributes.ts";

/** @returns Weights, float32, `[to, from]`; every row sums to 1. */
export function resizeMatrix(from: number, to: number, attributes: AttributeReader): Float32Array {
  const mode = attributes.string("mode");
  const coordinates = attributes.string("coordinate_transformation_mode");
  const radius = attributes.int("antialias") === 1 ? Math.max(1, from / to) : 1;
  const cut = attributes.int("exclude_outside") === 1;
  const matrix = new Float32Array(to * from);
  for (let row = 0; row < to; row++) {
    const centre = sourceCoordinate(row, from, to, coordinates);
    if (mode === "nearest") matrix[row * from + nearest(centre, from, attributes.string("nearest_mode"))] = 1;
    else if (mode === "linear") addTriangle(matrix.subarray(row * from, (row + 1) * from), centre, radius, cut);
    else throw new OptionError(`resizeMatrix: expected mode nearest or linear, got "${mode}".`);
  }
  return matrix;
}

function sourceCoordinate(index: number, from: number, to: number, mode: string): number {
  if (mode === "half_pixel") return ((index + 0.5) * from) / to - 0.5;
  if (mode === "asymmetric") return (index * from) / to;
  if (mode === "align_corners") return to === 1 ? 0 : (index * (from - 1)) / (to - 1);
  throw new OptionError(`resizeMatrix: expected coordinates half_pixel, asymmetric or align_corners, got "${mode}".`);
}

function nearest(centre: number, size: number, mode: string): number {
  const rounded = new Map([
    ["round_prefer_floor", Math.ceil(centre - 0.5)],
    ["round_prefer_ceil", Math.floor(centre + 0.5)],
    ["floor", Math.floor(centre)],
    ["ceil", Math.ceil(centre)],
  ]).get(mode);
  if (rounded === undefined) throw new OptionError(`resizeMatrix: expected a nearest mode of ONNX, got "${mode}".`);
  return Math.min(Math.max(rounded, 0), size - 1);
}

/** A triangle of half-width `radius` around `centre`. */
function addTriangle(row: Float32Array, centre: number, radius: number, cut: boolean): void {
  const last = row.length - 1;
  const weights = new Float64Array(row.length);
  let total = 0;
  for (let tap = Math.ceil(centre - radius); tap <= Math.floor(centre + radius); tap++) {
    if (cut && (tap < 0 || tap > last)) continue;
    const weight = 1 - Math.abs(tap - centre) / radius;
    weights[Math.min(Math.max(tap, 0), last)]! += weight;
    total += weight;
  }
  for (let tap = 0; tap <= last; tap++) row[tap] = weights[tap]! / total;
}
