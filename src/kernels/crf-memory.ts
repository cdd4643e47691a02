/**
 * What the CRF asks of the code that does its heavy loops. Two implementations give the same labels: plain TypeScript
 * (`crf/plain-memory.ts`, always there) and WebAssembly SIMD (`kernels/wasm-crf-memory.ts`).
 *
 * Values of pixels and of lattice vertices are stored side by side: `[pixels, stride]` and `[vertices, stride]`, float32,
 * where `stride` is the number of classes rounded up to a multiple of 4.
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

/** How {@link CrfMemory.slice} scales what it reads from the lattice. */
export interface SliceScale {
  /** Applied to each barycentric weight. */
  readonly alpha: number;
  /** One factor per pixel, or null for 1. */
  readonly norm: Float32Array | null;
  readonly factor: number;
}

/** One block of memory and the loops over arrays that were allocated from it. */
export interface CrfMemory {
  readonly backend: "typescript" | "wasm";
  float32(length: number): Float32Array;
  int32(length: number): Int32Array;
  uint8(length: number): Uint8Array;

  /** `values[corner] += weight * (norm * input[pixel])` for the pixels from `begin` to `end`; a null norm is 1. */
  splat(
    at: Corners,
    input: Float32Array,
    norm: Float32Array | null,
    values: Float32Array,
    stride: number,
    begin: number,
    end: number,
  ): void;

  /** `value += (previous + next) / 2` along the runs of one axis, all from the old values. */
  blur(run: Int32Array, values: Float32Array, stride: number): void;

  /** `output[pixel] = base[pixel] + factor * norm * sum(alpha * weight * values[corner])`; base may be the output, or null for 0. */
  slice(
    at: Corners,
    values: Float32Array,
    scale: SliceScale,
    base: Float32Array | null,
    output: Float32Array,
    stride: number,
    begin: number,
    end: number,
  ): void;

  /** `output[pixel] = base[pixel] - matrix x output[pixel]`; the matrix is `[classes, stride]`, symmetric. */
  subtractProduct(
    matrix: Float32Array,
    base: Float32Array,
    output: Float32Array,
    stride: number,
    begin: number,
    end: number,
  ): void;

  /**
   * Turns scores into marginals in place (the lanes past `classes` are left 0), writes each pixel's first class with the
   * largest marginal to `labels`, and returns how many labels changed.
   */
  softmax(
    scores: Float32Array,
    classes: number,
    stride: number,
    labels: Uint8Array,
    begin: number,
    end: number,
  ): number;
}
