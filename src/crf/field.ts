/** The state of a mean field in the working memory, and one update of it. */
import type { CrfMemory, Lattice, LatticeSize, Layout } from "../kernels/index.ts";
import type { CrfEnergy } from "./energy.ts";
import { blurAxes, createFilter, filterBytes, type GaussianFilter } from "./gaussian-filter.ts";
import type { Unary } from "./input.ts";
import { groupOf, interleave, laneCount, layoutOf } from "./interleave.ts";

/** Pixels per call of the inner loops: their rows stay in the cache from one loop to the next. */
const CHUNK = 512;

/** Everything an update reads and writes; plain arrays, so that threads can be sent it. */
export interface Field {
  readonly layout: Layout;
  /** `-unary`, shape `[groups, pixels, lanes]`. */
  readonly evidence: Float32Array;
  /** Shape `[groups, pixels, lanes]`; holds the scores while an update runs. */
  readonly marginals: Float32Array;
  readonly labels: Uint8Array;
  readonly filters: readonly (GaussianFilter & { readonly weight: number })[];
  /** Shape `[classes, classes]`; null for Potts. */
  readonly compatibility: Float32Array | null;
}

/** Bytes that {@link createField} allocates, and {@link fieldForThread} for all further threads; the lattices are there already. */
export function fieldBytes(
  { classes, height, width }: Unary,
  lattices: readonly LatticeSize[],
  threads: number,
): number {
  const layout = layoutOf(classes, height * width, threads);
  const own = 8 * laneCount(layout) + layout.pixels + 4 * classes * classes + 64;
  return lattices.reduce((sum, lattice) => sum + filterBytes(lattice, layout.lanes, threads), own);
}

/**
 * Allocates; the compatibility matrix alone is filled in. What follows is the evidence ({@link fillEvidence}), the normalisation of
 * each filter (`measureNorm`) and the marginals ({@link startMarginals}).
 */
export function createField(
  memory: CrfMemory,
  { classes, height, width }: Unary,
  kernels: readonly { readonly lattice: Lattice; readonly weight: number }[],
  { normalization, compatibility }: Pick<CrfEnergy, "normalization" | "compatibility">,
  threads: number,
): Field {
  const layout = layoutOf(classes, height * width, threads);
  const matrix = compatibility === undefined ? null : memory.float32(classes * classes);
  if (compatibility !== undefined) matrix?.set(compatibility);
  return {
    layout,
    evidence: memory.float32(laneCount(layout)),
    marginals: memory.float32(laneCount(layout)),
    labels: memory.uint8(layout.pixels),
    filters: kernels.map(({ lattice, weight }) => ({
      ...createFilter(memory, lattice, normalization, layout.lanes),
      weight,
    })),
    compatibility: matrix,
  };
}

/** Sets the evidence to `-unary`. */
export function fillEvidence({ evidence, layout }: Field, { data }: Unary): void {
  interleave(data, -1, evidence, layout);
}

/** The field as another thread needs it: with lattice values of its own. */
export function fieldForThread(memory: CrfMemory, field: Field): Field {
  return {
    ...field,
    filters: field.filters.map((filter) => ({ ...filter, values: memory.float32(filter.values.length) })),
  };
}

/** Sets the marginals of some pixels to the softmax of their evidence: the mean field before any update. */
export function startMarginals(memory: CrfMemory, field: Field, begin: number, end: number): void {
  const { layout, evidence, marginals, labels } = field;
  const { groups, lanes } = layout;
  for (let first = begin; first < end; first += CHUNK) {
    const last = Math.min(first + CHUNK, end);
    for (let group = 0; group < groups; group++) {
      const rows = groupOf(evidence, layout, group).subarray(first * lanes, last * lanes);
      groupOf(marginals, layout, group).set(rows, first * lanes);
    }
    memory.softmax(marginals, layout, labels, first, last);
  }
}

/** One parallel update of all pixels; returns how many labels changed. */
export function updateField(memory: CrfMemory, field: Field): number {
  const { groups, pixels } = field.layout;
  for (let group = 0; group < groups; group++) passMessages(memory, field, group);
  return settleMarginals(memory, field, 0, pixels);
}

/** The second half of an update: scores to marginals for some pixels; returns how many labels changed. */
export function settleMarginals(memory: CrfMemory, field: Field, begin: number, end: number): number {
  const { layout, evidence, marginals, labels, compatibility } = field;
  if (compatibility !== null) memory.subtractProduct(compatibility, evidence, marginals, layout, begin, end);
  return memory.softmax(marginals, layout, labels, begin, end);
}

/**
 * The first half of an update: filters one group of classes. Its marginals become scores: evidence plus messages for Potts, the
 * messages alone for a matrix.
 */
export function passMessages(memory: CrfMemory, field: Field, group: number): void {
  const { layout, evidence, marginals, filters, compatibility } = field;
  const { pixels, lanes } = layout;
  const own = groupOf(evidence, layout, group);
  const output = groupOf(marginals, layout, group);
  for (const { values } of filters) memory.clear(values);
  for (let begin = 0; begin < pixels; begin += CHUNK) {
    const end = Math.min(begin + CHUNK, pixels);
    for (const filter of filters) memory.splat(filter, output, filter.normBefore, filter.values, lanes, begin, end);
  }
  for (const filter of filters) blurAxes(memory, filter, lanes);

  const start = compatibility === null ? own : null;
  if (filters.length === 0) output.set(own);
  for (let begin = 0; begin < pixels; begin += CHUNK) {
    const end = Math.min(begin + CHUNK, pixels);
    for (const [place, filter] of filters.entries()) {
      const scale = { alpha: filter.alpha, norm: filter.normAfter, factor: filter.weight };
      memory.slice(filter, filter.values, scale, place === 0 ? start : output, output, lanes, begin, end);
    }
  }
}
