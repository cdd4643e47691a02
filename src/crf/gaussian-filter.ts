/** One kernel of a CRF, ready to filter: a lattice in the working memory, its values, its normalisation. */
import type { Corners, CrfMemory, Lattice } from "../kernels/index.ts";
import type { Normalization } from "./energy.ts";

/** Lanes of a filter of one channel. */
const ONE_CHANNEL = 4;

export interface GaussianFilter extends Corners {
  readonly runs: readonly Int32Array[];
  /** Makes the kernel's peak 1. */
  readonly alpha: number;
  /** Float32, shape `[vertices, lanes]`. */
  readonly values: Float32Array;
  /** Factor of each pixel before filtering, or null. */
  readonly normBefore: Float32Array | null;
  /** Factor of each pixel after filtering, or null. */
  readonly normAfter: Float32Array | null;
}

/** Bytes that a filter takes from the working memory, its values once per thread. */
export function filterBytes(
  { corners, weights, runs, vertices, points }: Lattice,
  lanes: number,
  threads: number,
): number {
  const runLength = runs.reduce((sum, run) => sum + run.length, 0);
  return (
    4 * (corners.length + weights.length + runLength + threads * vertices * lanes + points) +
    16 * (runs.length + 3 + threads)
  );
}

/**
 * Moves a lattice into the working memory and measures its normalisation.
 *
 * @param scratch - Two arrays of the memory with at least 4 floats per pixel; overwritten.
 */
export function createFilter(
  memory: CrfMemory,
  lattice: Lattice,
  normalization: Normalization,
  lanes: number,
  scratch: readonly [Float32Array, Float32Array],
): GaussianFilter {
  const filter = {
    size: lattice.dimension + 1,
    corners: copyInto(memory.int32(lattice.corners.length), lattice.corners),
    weights: copyInto(memory.float32(lattice.weights.length), lattice.weights),
    runs: lattice.runs.map((run) => copyInto(memory.int32(run.length), run)),
    alpha: 1 / (1 + 2 ** -lattice.dimension),
    values: memory.float32(lattice.vertices * lanes),
    normBefore: null,
    normAfter: null,
  };
  if (normalization === "none") return filter;
  const norm = measureNorm(memory, filter, memory.float32(lattice.points), normalization, scratch);
  return {
    ...filter,
    normBefore: normalization === "after" ? null : norm,
    normAfter: normalization === "before" ? null : norm,
  };
}

/** `1 / (K * 1)`, or its root for the symmetric form. */
function measureNorm(
  memory: CrfMemory,
  filter: GaussianFilter,
  norm: Float32Array,
  normalization: Normalization,
  [ones, sums]: readonly [Float32Array, Float32Array],
): Float32Array {
  const points = norm.length;
  ones.fill(1, 0, points * ONE_CHANNEL);
  filter.values.fill(0);
  memory.splat(filter, ones, null, filter.values, ONE_CHANNEL, 0, points);
  for (const run of filter.runs) memory.blur(run, filter.values, ONE_CHANNEL);
  const scale = { alpha: filter.alpha, norm: null, factor: 1 };
  memory.slice(filter, filter.values, scale, null, sums, ONE_CHANNEL, 0, points);
  for (let i = 0; i < points; i++) {
    const sum = sums[i * ONE_CHANNEL]! + 1e-20;
    norm[i] = 1 / (normalization === "symmetric" ? Math.sqrt(sum) : sum);
  }
  return norm;
}

/** Fills an array from another of the same length, and returns it. */
export function copyInto<A extends Float32Array | Int32Array>(target: A, source: A): A {
  target.set(source);
  return target;
}
