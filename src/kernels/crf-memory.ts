/**
 * What the CRF asks of the code that does its heavy loops. Two implementations give the same labels: plain TypeScript
 * (`crf/plain-workspace.ts`, always there) and WebAssembly SIMD (`kernels/wasm-workspace.ts`).
 *
 * The classes are dealt into groups of `lanes` (4, 8 or 12) that are filtered one after the other: a group's lattice values,
 * `[vertices, lanes]`, stay in the cache over all axes of the blur, where those of all classes would not (measured: 21
 * classes blur 1.6 times as fast in two groups). Arrays over pixels are `[groups, pixels, lanes]`, float32.
 */

/** Which vertices a pixel touches. */
export interface Corners {
  /** Corners of a simplex: feature dimension + 1. */
  readonly size: number;
  /** Vertex numbers, shape `[pixels, size]`. */
  readonly corners: Int32Array;
  /** Barycentric weights, shape `[pixels, size]`. */
  readonly weights: Float32Array;
}

/** A permutohedral lattice: which vertices each point touches, and which vertices are neighbours. */
export interface Lattice {
  readonly dimension: number;
  readonly points: number;
  readonly vertices: number;
  /** Vertex numbers, shape `[points, dimension + 1]`. */
  readonly corners: Int32Array;
  /** Barycentric weights, shape `[points, dimension + 1]`; each row sums to 1. */
  readonly weights: Float32Array;
  /**
   * Per axis, `dimension + 1` of them: runs of neighbouring vertices one after the other. The first of a run is stored as
   * `~vertex`. Vertices without any neighbour along the axis are left out: the blur does not change them.
   */
  readonly runs: readonly Int32Array[];
}

/** The points of a lattice to be built; their features are made as they are needed. */
export interface PointFeatures {
  /** Features per point. */
  readonly dimension: number;
  readonly points: number;
  /** Writes the features of the points from `begin` to `end`, in units of the kernel's standard deviation, `[end - begin, dimension]`. */
  fill(rows: Float32Array, begin: number, end: number): void;
}

/** How large a {@link Lattice} came out. */
export interface LatticeSize {
  readonly dimension: number;
  readonly points: number;
  readonly vertices: number;
  /** Length of each of the {@link Lattice.runs}. */
  readonly runLengths: readonly number[];
}

/** Where a CRF is computed: lattices are built first, then follow the arrays that the loops work on. */
export interface CrfWorkspace {
  /**
   * Builds the next lattice.
   *
   * @throws {OptionError} if a point is not finite, or too far from the origin to be placed.
   * @throws {BackendError} if the platform lacks the memory.
   */
  build(features: PointFeatures): Promise<LatticeSize>;
  /**
   * Ends the building: the lattices in the order of their building, and the loops with room for arrays.
   *
   * @param bytes - What the arrays will fill, 16 bytes of rounding for each included.
   * @throws {BackendError} if the platform does not give that much.
   */
  open(bytes: number): { readonly memory: CrfMemory; readonly lattices: readonly Lattice[] };
}

/** Where the classes of a pixel are. */
export interface Layout {
  readonly classes: number;
  readonly pixels: number;
  readonly groups: number;
  /** Classes per group, a multiple of 4; the last group's last lanes may be no class. */
  readonly lanes: number;
}

/** How {@link CrfMemory.slice} scales what it reads from the lattice. */
export interface SliceScale {
  /** Applied to each barycentric weight. */
  readonly alpha: number;
  /** One factor per pixel, or null for 1. */
  readonly norm: Float32Array | null;
  readonly factor: number;
}

/** One block of memory and the loops over arrays that were allocated from it; what new arrays hold is not defined. */
export interface CrfMemory {
  float32(length: number): Float32Array;
  int32(length: number): Int32Array;
  uint8(length: number): Uint8Array;

  /** Sets all values to 0. */
  clear(values: Float32Array): void;

  /** `values[corner] += weight * (norm * input[pixel])` for the pixels from `begin` to `end`; a null norm is 1. */
  splat(
    at: Corners,
    input: Float32Array,
    norm: Float32Array | null,
    values: Float32Array,
    lanes: number,
    begin: number,
    end: number,
  ): void;

  /** `value += (previous + next) / 2` along the runs of one axis, all from the old values. */
  blur(run: Int32Array, values: Float32Array, lanes: number): void;

  /** `output[pixel] = base[pixel] + factor * norm * sum(alpha * weight * values[corner])`; base may be the output, or null for 0. */
  slice(
    at: Corners,
    values: Float32Array,
    scale: SliceScale,
    base: Float32Array | null,
    output: Float32Array,
    lanes: number,
    begin: number,
    end: number,
  ): void;

  /** `output = base - matrix x output` for each pixel of two `[groups, pixels, lanes]` arrays; the matrix is `[classes, classes]`. */
  subtractProduct(
    matrix: Float32Array,
    base: Float32Array,
    output: Float32Array,
    layout: Layout,
    begin: number,
    end: number,
  ): void;

  /**
   * Turns scores `[groups, pixels, lanes]` into marginals in place (the lanes past `classes` become 0), writes each pixel's
   * first class with the largest marginal to `labels`, and returns how many labels changed.
   */
  softmax(scores: Float32Array, layout: Layout, labels: Uint8Array, begin: number, end: number): number;
}
