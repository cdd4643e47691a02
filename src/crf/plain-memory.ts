/** The CRF's loops in plain TypeScript: the path that always works, and the text to read beside the WebAssembly one. */
import type { Corners, CrfMemory, SliceScale } from "../kernels/index.ts";

/** Marginals below this are stored as 0: they cannot matter, and denormal numbers are slow. */
const SMALLEST_LOG = -69;

/** The TypeScript implementation of {@link CrfMemory}; every array is a buffer of its own. */
export function plainMemory(): CrfMemory {
  return {
    backend: "typescript",
    float32: (length) => new Float32Array(length),
    int32: (length) => new Int32Array(length),
    uint8: (length) => new Uint8Array(length),
    splat,
    blur,
    slice,
    subtractProduct,
    softmax,
  };
}

function splat(
  { size, corners, weights }: Corners,
  input: Float32Array,
  norm: Float32Array | null,
  values: Float32Array,
  stride: number,
  begin: number,
  end: number,
): void {
  for (let pixel = begin; pixel < end; pixel++) {
    const row = pixel * stride;
    const scale = norm === null ? 1 : norm[pixel]!;
    for (let k = 0; k < size; k++) {
      const vertex = corners[pixel * size + k]! * stride;
      const weight = weights[pixel * size + k]! * scale;
      for (let c = 0; c < stride; c++) values[vertex + c]! += weight * input[row + c]!;
    }
  }
}

function blur(run: Int32Array, values: Float32Array, stride: number): void {
  const previous = new Float32Array(stride);
  for (let at = 0; at < run.length; at++) {
    const entry = run[at]!;
    if (entry < 0) previous.fill(0);
    const vertex = (entry < 0 ? ~entry : entry) * stride;
    const following = at + 1 < run.length ? run[at + 1]! : -1;
    if (following >= 0) {
      const next = following * stride;
      for (let c = 0; c < stride; c++) {
        const own = values[vertex + c]!;
        values[vertex + c] = own + 0.5 * (previous[c]! + values[next + c]!);
        previous[c] = own;
      }
    } else {
      for (let c = 0; c < stride; c++) values[vertex + c]! += 0.5 * previous[c]!;
    }
  }
}

function slice(
  { size, corners, weights }: Corners,
  values: Float32Array,
  { alpha, norm, factor }: SliceScale,
  base: Float32Array | null,
  output: Float32Array,
  stride: number,
  begin: number,
  end: number,
): void {
  const sums = new Float32Array(stride);
  for (let pixel = begin; pixel < end; pixel++) {
    sums.fill(0);
    for (let k = 0; k < size; k++) {
      const vertex = corners[pixel * size + k]! * stride;
      const weight = weights[pixel * size + k]! * alpha;
      for (let c = 0; c < stride; c++) sums[c]! += weight * values[vertex + c]!;
    }
    const row = pixel * stride;
    const scale = norm === null ? factor : factor * norm[pixel]!;
    if (base === null) for (let c = 0; c < stride; c++) output[row + c] = scale * sums[c]!;
    else for (let c = 0; c < stride; c++) output[row + c] = base[row + c]! + scale * sums[c]!;
  }
}

function subtractProduct(
  matrix: Float32Array,
  base: Float32Array,
  output: Float32Array,
  stride: number,
  begin: number,
  end: number,
): void {
  const classes = matrix.length / stride;
  const sums = new Float32Array(stride);
  for (let pixel = begin; pixel < end; pixel++) {
    const row = pixel * stride;
    sums.fill(0);
    for (let other = 0; other < classes; other++) {
      const amount = output[row + other]!;
      for (let c = 0; c < stride; c++) sums[c]! += amount * matrix[other * stride + c]!;
    }
    for (let c = 0; c < stride; c++) output[row + c] = base[row + c]! - sums[c]!;
  }
}

function softmax(
  scores: Float32Array,
  classes: number,
  stride: number,
  labels: Uint8Array,
  begin: number,
  end: number,
): number {
  let changed = 0;
  for (let pixel = begin; pixel < end; pixel++) {
    const row = pixel * stride;
    let largest = scores[row]!;
    for (let c = 1; c < classes; c++) if (scores[row + c]! > largest) largest = scores[row + c]!;
    let sum = 0;
    let label = -1;
    for (let c = 0; c < classes; c++) {
      const log = scores[row + c]! - largest;
      const e = log < SMALLEST_LOG ? 0 : Math.fround(Math.exp(log));
      // Scores that differ by less than a rounding give equal marginals: the first of them is the label.
      if (e === 1 && label < 0) label = c;
      scores[row + c] = e;
      sum += e;
    }
    for (let c = 0; c < classes; c++) scores[row + c]! /= sum;
    for (let c = classes; c < stride; c++) scores[row + c] = 0;
    if (labels[pixel] !== label) {
      labels[pixel] = label;
      changed++;
    }
  }
  return changed;
}
