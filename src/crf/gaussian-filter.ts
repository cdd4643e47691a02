/** One kernel of a CRF, ready to filter: a lattice in the working memory, its values, its normalisation. */
import type { Corners, CrfMemory, Lattice, LatticeSize } from "../kernels/index.ts";
import type { Normalization } from "./energy.ts";

/** Lanes of a filter of one channel. */
const ONE_CHANNEL = 4;
/** Pixels whose normalisation is measured at a time. */
const CHUNK = 128;

export interface GaussianFilter extends Corners {
  readonly runs: readonly Int32Array[];
  /** Makes the kernel's peak 1. */
  readonly alpha: number;
  /** Float32, shape `[vertices, lanes]`. */
  readonly values: Float32Array;
  /** Factor of each pixel before filtering, or null. */
  readonly normBefore: Float32Array | null;
  /** Factor of each pixel after filtering, or null; the same array where there are both. */
  readonly normAfter: Float32Array | null;
  /** Scratch of the normalisation. */
  readonly scratch: Float32Array;
}

/** Bytes that a lattice takes. */
export function latticeBytes({ dimension, points, runLengths }: LatticeSize): number {
  const runs = runLengths.reduce((sum, length) => sum + 4 * length + 16, 0);
  return 8 * points * (dimension + 1) + runs + 32;
}

/** Bytes that a filter takes beside its lattice, the values once per thread. */
export function filterBytes({ vertices, points }: LatticeSize, lanes: number, threads: number): number {
  return 4 * (threads * vertices * lanes + points + 2 * ONE_CHANNEL * CHUNK) + 16 * (threads + 2);
}

/** Room for a lattice that is built elsewhere. */
export function allocateLattice(memory: CrfMemory, { dimension, points, vertices, runLengths }: LatticeSize): Lattice {
  const count = points * (dimension + 1);
  return {
    dimension,
    points,
    vertices,
    corners: memory.int32(count),
    weights: memory.float32(count),
    runs: runLengths.map((length) => memory.int32(length)),
  };
}

/** Makes a filter of a lattice; {@link measureNorm} fills in its normalisation. */
export function createFilter(
  memory: CrfMemory,
  { dimension, points, vertices, corners, weights, runs }: Lattice,
  normalization: Normalization,
  lanes: number,
): GaussianFilter {
  const values = memory.float32(vertices * lanes);
  const norm = memory.float32(normalization === "none" ? 0 : points);
  return {
    size: dimension + 1,
    corners,
    weights,
    runs,
    alpha: 1 / (1 + 2 ** -dimension),
    values,
    normBefore: normalization === "before" || normalization === "symmetric" ? norm : null,
    normAfter: normalization === "after" || normalization === "symmetric" ? norm : null,
    scratch: memory.float32(2 * ONE_CHANNEL * CHUNK),
  };
}

/** Spreads values over the lattice's vertices along all its axes. */
export function blurAxes(memory: CrfMemory, { runs, values }: GaussianFilter, lanes: number): void {
  for (const run of runs) memory.blur(run, values, lanes);
}

/** Fills in the normalisation: `1 / (K * 1)`, or its root for the symmetric form. */
export function measureNorm(memory: CrfMemory, filter: GaussianFilter): void {
  const { size, corners, weights, values, normBefore, normAfter, scratch } = filter;
  const norm = normBefore ?? normAfter;
  if (norm === null) return;
  const [ones, sums] = [scratch.subarray(0, ONE_CHANNEL * CHUNK), scratch.subarray(ONE_CHANNEL * CHUNK)];
  const symmetric = normBefore !== null && normAfter !== null;
  const chunks = Array.from({ length: Math.ceil(norm.length / CHUNK) }, (_, chunk) => chunk * CHUNK);
  const cornersFrom = (begin: number): Corners => ({
    size,
    corners: corners.subarray(begin * size),
    weights: weights.subarray(begin * size),
  });
  ones.fill(1);
  memory.clear(values);
  for (const begin of chunks) {
    const count = Math.min(CHUNK, norm.length - begin);
    memory.splat(cornersFrom(begin), ones, null, values, ONE_CHANNEL, 0, count);
  }
  blurAxes(memory, filter, ONE_CHANNEL);
  const scale = { alpha: filter.alpha, norm: null, factor: 1 };
  for (const begin of chunks) {
    const count = Math.min(CHUNK, norm.length - begin);
    memory.slice(cornersFrom(begin), values, scale, null, sums, ONE_CHANNEL, 0, count);
    for (let i = 0; i < count; i++) {
      const sum = sums[i * ONE_CHANNEL]! + 1e-20;
      norm[begin + i] = 1 / (symmetric ? Math.sqrt(sum) : sum);
    }
  }
}
