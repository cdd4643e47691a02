/** The state of a mean field in the working memory, and one update of it. */
import type { CrfMemory, Lattice, Layout } from "../kernels/index.ts";
import type { CrfEnergy } from "./energy.ts";
import { copyInto, createFilter, filterBytes, type GaussianFilter } from "./gaussian-filter.ts";
import type { Unary } from "./input.ts";
import { groupOf, interleave, laneCount, layoutOf } from "./interleave.ts";

/** Pixels per call of the inner loops: their rows stay in the cache from one loop to the next. */
const CHUNK = 512;

/** A kernel before it is placed in memory. */
export interface WeightedLattice {
  readonly lattice: Lattice;
  readonly weight: number;
}

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

/** Bytes of working memory that {@link createField} allocates, and {@link fieldForThread} for all further threads. */
export function fieldBytes(
  { classes, height, width }: Unary,
  kernels: readonly WeightedLattice[],
  threads: number,
): number {
  const layout = layoutOf(classes, height * width, threads);
  const own = 8 * laneCount(layout) + layout.pixels + 4 * classes * classes + 64;
  return kernels.reduce((sum, { lattice }) => sum + filterBytes(lattice, layout.lanes, threads), own);
}

/** Allocates, measures the kernels' normalisation and fills in the evidence; {@link startMarginals} then sets the marginals. */
export function createField(
  memory: CrfMemory,
  { classes, height, width, data }: Unary,
  kernels: readonly WeightedLattice[],
  { normalization, compatibility }: Pick<CrfEnergy, "normalization" | "compatibility">,
  threads: number,
): Field {
  const layout = layoutOf(classes, height * width, threads);
  const evidence = memory.float32(laneCount(layout));
  const marginals = memory.float32(laneCount(layout));
  const labels = memory.uint8(layout.pixels);
  const filters = kernels.map(({ lattice, weight }) => ({
    ...createFilter(memory, lattice, normalization, layout.lanes, [evidence, marginals]),
    weight,
  }));
  const matrix = compatibility === undefined ? null : copyInto(memory.float32(classes * classes), compatibility);
  interleave(data, -1, evidence, layout);
  return { layout, evidence, marginals, labels, filters, compatibility: matrix };
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
  for (const { values } of filters) values.fill(0);
  for (let begin = 0; begin < pixels; begin += CHUNK) {
    const end = Math.min(begin + CHUNK, pixels);
    for (const filter of filters) memory.splat(filter, output, filter.normBefore, filter.values, lanes, begin, end);
  }
  for (const { runs, values } of filters) for (const run of runs) memory.blur(run, values, lanes);

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
