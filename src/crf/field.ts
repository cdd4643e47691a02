/** The state of a mean field in the working memory, and one update of it. */
import type { CrfMemory } from "../kernels/index.ts";
import { createFilter, filterBytes, type GaussianFilter } from "./gaussian-filter.ts";
import type { Unary } from "./input.ts";
import { interleave } from "./interleave.ts";
import type { Lattice } from "./lattice.ts";
import type { MeanFieldOptions } from "./options.ts";

/** Pixels per call of the inner loops: their rows stay in the cache from one loop to the next. */
const CHUNK = 512;

/** A kernel before it is placed in memory. */
export interface WeightedLattice {
  readonly lattice: Lattice;
  readonly weight: number;
}

/** Everything an update reads and writes. */
export interface Field {
  readonly memory: CrfMemory;
  readonly classes: number;
  readonly stride: number;
  readonly pixels: number;
  /** `-unary`, shape `[pixels, stride]`. */
  readonly evidence: Float32Array;
  /** Shape `[pixels, stride]`; holds the scores while an update runs. */
  readonly marginals: Float32Array;
  readonly labels: Uint8Array;
  readonly filters: readonly (GaussianFilter & { readonly weight: number })[];
  /** Shape `[classes, stride]`; null for Potts. */
  readonly compatibility: Float32Array | null;
}

/** Bytes of working memory that {@link createField} allocates. */
export function fieldBytes({ classes, height, width }: Unary, kernels: readonly WeightedLattice[]): number {
  const stride = strideOf(classes);
  const own = height * width * (8 * stride + 1) + 4 * classes * stride + 64;
  return kernels.reduce((sum, { lattice }) => sum + filterBytes(lattice, stride), own);
}

/** Allocates, measures the kernels' normalisation and sets the marginals to the softmax of the evidence. */
export function createField(
  memory: CrfMemory,
  unary: Unary,
  kernels: readonly WeightedLattice[],
  { normalization, compatibility }: MeanFieldOptions,
): Field {
  const { classes, height, width } = unary;
  const stride = strideOf(classes);
  const pixels = height * width;
  const evidence = memory.float32(pixels * stride);
  const marginals = memory.float32(pixels * stride);
  const labels = memory.uint8(pixels);
  const filters = kernels.map(({ lattice, weight }) => ({
    ...createFilter(memory, lattice, normalization, stride, [evidence, marginals]),
    weight,
  }));
  const matrix = compatibility === undefined ? null : memory.float32(classes * stride);
  if (matrix !== null && compatibility !== undefined) {
    for (let c = 0; c < classes; c++) matrix.set(compatibility.subarray(c * classes, (c + 1) * classes), c * stride);
  }
  interleave(unary.data, classes, -1, evidence, stride);
  marginals.set(evidence);
  memory.softmax(marginals, classes, stride, labels, 0, pixels);
  return { memory, classes, stride, pixels, evidence, marginals, labels, filters, compatibility: matrix };
}

/** One parallel update of all pixels; returns how many labels changed. */
export function updateField({
  memory,
  classes,
  stride,
  pixels,
  evidence,
  marginals,
  labels,
  filters,
  compatibility,
}: Field): number {
  for (const { values } of filters) values.fill(0);
  for (let begin = 0; begin < pixels; begin += CHUNK) {
    const end = Math.min(begin + CHUNK, pixels);
    for (const filter of filters) memory.splat(filter, marginals, filter.normBefore, filter.values, stride, begin, end);
  }
  for (const { runs, values } of filters) for (const run of runs) memory.blur(run, values, stride);

  let changed = 0;
  for (let begin = 0; begin < pixels; begin += CHUNK) {
    const end = Math.min(begin + CHUNK, pixels);
    // Potts adds the messages to the evidence; a matrix needs their sum first.
    let base = compatibility === null ? evidence : null;
    for (const filter of filters) {
      const scale = { alpha: filter.alpha, norm: filter.normAfter, factor: filter.weight };
      memory.slice(filter, filter.values, scale, base, marginals, stride, begin, end);
      base = marginals;
    }
    if (filters.length === 0) marginals.set(evidence.subarray(begin * stride, end * stride), begin * stride);
    else if (compatibility !== null) memory.subtractProduct(compatibility, evidence, marginals, stride, begin, end);
    changed += memory.softmax(marginals, classes, stride, labels, begin, end);
  }
  return changed;
}

function strideOf(classes: number): number {
  return Math.ceil(classes / 4) * 4;
}
