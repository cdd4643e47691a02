/** The CRF without a lattice: every pair of points is summed. O(points²): for tiny pictures, for teaching and for tests. */
import { OptionError, ShapeError } from "../errors.ts";
import { type CrfEnergy, checkEnergy, type Normalization } from "./energy.ts";
import { fillPositions, fillPositionsAndColours } from "./features.ts";
import { checkCompanions, checkUnary, type RgbImage, type Unary } from "./input.ts";

/** 64 x 64: the pairs' kernel values fill 134 MB. */
const MAX_EXACT_PIXELS = 4096;

/**
 * Sums Gaussian-weighted values over all points: `output_i = sum_j exp(-|f_i - f_j|² / 2) values_j`, j = i included.
 *
 * @param features - Float32 or float64, shape `[points, dimension]`, in units of the standard deviation.
 * @param values - Float32 or float64, shape `[channels, points]`.
 * @returns Float64, shape `[channels, points]`.
 * @throws {ShapeError} if the lengths are no multiples of each other.
 */
export function exactFilter(
  features: Float32Array | Float64Array,
  dimension: number,
  values: ArrayLike<number>,
): Float64Array<ArrayBuffer> {
  const points = features.length / dimension;
  if (!Number.isInteger(points) || points === 0 || values.length % points !== 0) {
    throw new ShapeError(
      `exactFilter: expected features [points, ${dimension}] and values [channels, points], got ${features.length} features and ${values.length} values.`,
    );
  }
  const output = new Float64Array(values.length);
  for (let i = 0; i < points; i++) {
    for (let j = 0; j < points; j++) {
      const similarity = gaussian(features, dimension, i, j);
      for (let at = 0; at < values.length; at += points) output[at + i]! += similarity * values[at + j]!;
    }
  }
  return output;
}

/**
 * The mean field that `meanField` approximates, with the kernels summed exactly in float64.
 *
 * @param unary - Energies, float32, shape `[classes, height, width]`; at most 4,096 pixels.
 * @param image - RGB, uint8, shape `[height, width, 3]`.
 * @returns Marginals, float64, shape `[classes, height, width]`.
 * @throws {OptionError} if there are more pixels, or a parameter is out of range.
 * @throws {ShapeError} if the arrays do not fit together.
 */
export function exactMeanField(unary: Unary, image: RgbImage, options: CrfEnergy): Float64Array<ArrayBuffer> {
  checkEnergy("exactMeanField", options);
  checkUnary("exactMeanField", unary);
  checkCompanions("exactMeanField", unary, image, options);
  const { classes, height, width, data } = unary;
  const pixels = height * width;
  if (pixels > MAX_EXACT_PIXELS) {
    throw new OptionError(
      `exactMeanField: expected at most ${MAX_EXACT_PIXELS} pixels, since work grows with their square, got ${pixels}. Use meanField.`,
    );
  }
  const kernel = sumOfKernels(unary, image, options);
  const penalty = options.compatibility ?? pottsMatrix(classes);
  const evidence = Float64Array.from(data, (energy) => -energy);
  let marginals = softmaxPlanes(evidence, classes);
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    const messages = multiplyPlanes(kernel, marginals, classes);
    const scores = evidence.slice();
    for (let c = 0; c < classes; c++) {
      for (let other = 0; other < classes; other++) {
        for (let i = 0; i < pixels; i++)
          scores[c * pixels + i]! -= penalty[c * classes + other]! * messages[other * pixels + i]!;
      }
    }
    marginals = softmaxPlanes(scores, classes);
  }
  return marginals;
}

/** -1 on the diagonal: the same marginals as 1 off it where a kernel's sum is the same for all labels. */
function pottsMatrix(classes: number): Float32Array {
  return Float32Array.from({ length: classes * classes }, (_, i) => (i % (classes + 1) === 0 ? -1 : 0));
}

/** All kernels with weights and normalisation as one matrix, float64, shape `[pixels, pixels]`. */
function sumOfKernels({ height, width }: Unary, image: RgbImage, options: CrfEnergy): Float64Array {
  const { smoothness, appearance, featureKernels = [], normalization } = options;
  const pixels = height * width;
  const kernels: { features: Float32Array | Float64Array; dimension: number; weight: number }[] = [...featureKernels];
  if (smoothness !== undefined) {
    const features = fillPositions(new Float64Array(pixels * 2), image.width, smoothness, 0);
    kernels.push({ features, dimension: 2, weight: smoothness.weight });
  }
  if (appearance !== undefined) {
    const features = fillPositionsAndColours(new Float64Array(pixels * 5), image, appearance, 0);
    kernels.push({ features, dimension: 5, weight: appearance.weight });
  }
  const sum = new Float64Array(pixels * pixels);
  for (const { features, dimension, weight } of kernels) {
    const totals = exactFilter(features, dimension, new Float64Array(pixels).fill(1));
    for (let i = 0; i < pixels; i++) {
      for (let j = 0; j < pixels; j++) {
        const divisor = normalizer(normalization, totals[i]!, totals[j]!);
        sum[i * pixels + j]! += (weight * gaussian(features, dimension, i, j)) / divisor;
      }
    }
  }
  return sum;
}

/** What divides the kernel value between a pixel and another, given the sums of their kernel rows. */
function normalizer(normalization: Normalization, own: number, other: number): number {
  if (normalization === "none") return 1;
  if (normalization === "before") return other;
  return normalization === "after" ? own : Math.sqrt(own * other);
}

function gaussian(features: Float32Array | Float64Array, dimension: number, i: number, j: number): number {
  let squared = 0;
  for (let k = 0; k < dimension; k++) squared += (features[i * dimension + k]! - features[j * dimension + k]!) ** 2;
  return Math.exp(-squared / 2);
}

/** `matrix x plane` for every plane. */
function multiplyPlanes(matrix: Float64Array, planes: Float64Array, classes: number): Float64Array {
  const pixels = planes.length / classes;
  const product = new Float64Array(planes.length);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < classes; c++) {
      let sum = 0;
      for (let j = 0; j < pixels; j++) sum += matrix[i * pixels + j]! * planes[c * pixels + j]!;
      product[c * pixels + i] = sum;
    }
  }
  return product;
}

function softmaxPlanes(scores: Float64Array, classes: number): Float64Array<ArrayBuffer> {
  const pixels = scores.length / classes;
  const marginals = new Float64Array(scores.length);
  for (let i = 0; i < pixels; i++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, scores[c * pixels + i]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(scores[c * pixels + i]! - largest);
    for (let c = 0; c < classes; c++) marginals[c * pixels + i] = Math.exp(scores[c * pixels + i]! - largest) / sum;
  }
  return marginals;
}
