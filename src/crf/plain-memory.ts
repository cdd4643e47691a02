/**
 * The CRF's loops in plain TypeScript: the path that always works, and the text to read beside the WebAssembly one. They share the
 * interface and the layout but no loop: AssemblyScript reads addresses where TypeScript reads arrays, and each checks the other in tests.
 */
import type { Corners, CrfMemory, Layout, SliceScale } from "../kernels/index.ts";
import { firstLane } from "./interleave.ts";

/** Marginals whose logarithm is below this are stored as 0: they cannot matter, and denormal numbers are slow. */
const SMALLEST_LOG = -69;

/** The TypeScript implementation of {@link CrfMemory}; every array is a buffer of its own. */
export function plainMemory(): CrfMemory {
  return {
    float32: (length) => new Float32Array(length),
    int32: (length) => new Int32Array(length),
    uint8: (length) => new Uint8Array(length),
    clear: (values) => void values.fill(0),
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
  lanes: number,
  begin: number,
  end: number,
): void {
  for (let pixel = begin; pixel < end; pixel++) {
    const row = pixel * lanes;
    const scale = norm === null ? 1 : norm[pixel]!;
    for (let k = 0; k < size; k++) {
      const vertex = corners[pixel * size + k]! * lanes;
      const weight = weights[pixel * size + k]! * scale;
      for (let c = 0; c < lanes; c++) values[vertex + c]! += weight * input[row + c]!;
    }
  }
}

function blur(run: Int32Array, values: Float32Array, lanes: number): void {
  const previous = new Float32Array(lanes);
  for (let at = 0; at < run.length; at++) {
    const entry = run[at]!;
    if (entry < 0) previous.fill(0);
    const vertex = (entry < 0 ? ~entry : entry) * lanes;
    const following = at + 1 < run.length ? run[at + 1]! : -1;
    if (following >= 0) {
      const next = following * lanes;
      for (let c = 0; c < lanes; c++) {
        const own = values[vertex + c]!;
        values[vertex + c] = own + 0.5 * (previous[c]! + values[next + c]!);
        previous[c] = own;
      }
    } else {
      for (let c = 0; c < lanes; c++) values[vertex + c]! += 0.5 * previous[c]!;
    }
  }
}

function slice(
  { size, corners, weights }: Corners,
  values: Float32Array,
  { alpha, norm, factor }: SliceScale,
  base: Float32Array | null,
  output: Float32Array,
  lanes: number,
  begin: number,
  end: number,
): void {
  const sums = new Float32Array(lanes);
  for (let pixel = begin; pixel < end; pixel++) {
    sums.fill(0);
    for (let k = 0; k < size; k++) {
      const vertex = corners[pixel * size + k]! * lanes;
      const weight = weights[pixel * size + k]! * alpha;
      for (let c = 0; c < lanes; c++) sums[c]! += weight * values[vertex + c]!;
    }
    const row = pixel * lanes;
    const scale = norm === null ? factor : factor * norm[pixel]!;
    if (base === null) for (let c = 0; c < lanes; c++) output[row + c] = scale * sums[c]!;
    else for (let c = 0; c < lanes; c++) output[row + c] = base[row + c]! + scale * sums[c]!;
  }
}

function subtractProduct(
  matrix: Float32Array,
  base: Float32Array,
  output: Float32Array,
  layout: Layout,
  begin: number,
  end: number,
): void {
  const { classes, lanes } = layout;
  const place = Int32Array.from({ length: classes }, (_, c) => firstLane(layout, c));
  const messages = new Float32Array(classes);
  for (let pixel = begin; pixel < end; pixel++) {
    const row = pixel * lanes;
    for (let c = 0; c < classes; c++) messages[c] = output[place[c]! + row]!;
    for (let c = 0; c < classes; c++) {
      let sum = 0;
      for (let other = 0; other < classes; other++) sum += matrix[c * classes + other]! * messages[other]!;
      output[place[c]! + row] = base[place[c]! + row]! - sum;
    }
  }
}

function softmax(scores: Float32Array, layout: Layout, labels: Uint8Array, begin: number, end: number): number {
  const { classes, groups, lanes } = layout;
  const place = Int32Array.from({ length: groups * lanes }, (_, c) => firstLane(layout, c));
  let changed = 0;
  for (let pixel = begin; pixel < end; pixel++) {
    const row = pixel * lanes;
    let largest = scores[row]!;
    for (let c = 1; c < classes; c++) largest = Math.max(largest, scores[place[c]! + row]!);
    let sum = 0;
    let label = -1;
    for (let c = 0; c < classes; c++) {
      const log = scores[place[c]! + row]! - largest;
      const e = log < SMALLEST_LOG ? 0 : Math.fround(Math.exp(log));
      // Scores that differ by less than a rounding give equal marginals: the first of them is the label.
      if (e === 1 && label < 0) label = c;
      scores[place[c]! + row] = e;
      sum += e;
    }
    for (let c = 0; c < classes; c++) scores[place[c]! + row]! /= sum;
    for (let c = classes; c < place.length; c++) scores[place[c]! + row] = 0;
    if (labels[pixel] !== label) {
      labels[pixel] = label;
      changed++;
    }
  }
  return changed;
}
